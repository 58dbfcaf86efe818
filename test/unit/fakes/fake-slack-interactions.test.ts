/** What people do with the app in the fake besides writing: signed forms, triggers, modals, Homes, addresses to answer to. */
import { isValidSlackRequest } from '@slack/bolt';
import { describe, expect, it } from 'vitest';
import type { FakeSlack } from '../../fakes/slack/fake-slack.ts';
import {
  callSlack,
  createManualClock,
  post,
  type Received,
  signingSecret,
  startReceiver,
  startWithWorld,
} from './fake-slack-setup.ts';

const modal = (over: Record<string, unknown> = {}) => ({
  type: 'modal',
  callback_id: 'ask',
  title: { type: 'plain_text', text: 'Ask' },
  submit: { type: 'plain_text', text: 'Send' },
  blocks: [
    {
      type: 'input',
      block_id: 'q',
      label: { type: 'plain_text', text: 'Question' },
      element: { type: 'plain_text_input', action_id: 'q', max_length: 10, initial_value: 'how' },
    },
  ],
  ...over,
});
const home = { type: 'home', blocks: [{ type: 'divider' }] };
const button = (over: Record<string, unknown> = {}) => ({
  ...{ type: 'button', action_id: 'stop', value: 'v1' },
  text: { type: 'plain_text', text: 'Stop' },
  ...over,
});
const fieldsOf = (received: Received | undefined) =>
  Object.fromEntries(new URLSearchParams(received?.raw ?? ''));
const payloadOf = (received: Received | undefined) =>
  JSON.parse(fieldsOf(received)['payload'] ?? '{}');

/** The trigger of a command that the person typed. */
const newTrigger = async (
  fake: FakeSlack,
  receiver: { readonly received: readonly Received[] },
) => {
  await fake.slashCommand({ channel: 'C1', user: 'U1', text: 'x' });
  return fieldsOf(receiver.received.at(-1))['trigger_id'] ?? '';
};

describe('a slash command', () => {
  it('is a signed form, works where the bot is not, and escapes what was typed', async () => {
    const receiver = await startReceiver();
    const fake = await startWithWorld({ eventsUrl: receiver.url });
    fake.addChannel({ id: 'C2', isMember: false });
    await fake.slashCommand({ channel: 'C2', user: 'U1', text: 'a < b & c' });
    const [request] = receiver.received;
    expect(
      isValidSlackRequest({
        ...{ signingSecret, body: request?.raw ?? '' },
        headers: {
          'x-slack-signature': String(request?.headers['x-slack-signature']),
          'x-slack-request-timestamp': Number(request?.headers['x-slack-request-timestamp']),
        },
      }),
    ).toBe(true);
    expect(fieldsOf(request)).toMatchObject({
      ...{ command: '/ask', text: 'a &lt; b &amp; c', team_id: 'T0FAKE', channel_id: 'C2' },
      ...{ user_id: 'U1', is_enterprise_install: 'false' },
    });
    await expect(fake.slashCommand({ channel: 'C1', user: 'U9', text: 'x' })).rejects.toThrow(
      'no user U9',
    );
  });

  it('shows its answer to the one person, or to the channel', async () => {
    let type = 'ephemeral';
    const receiver = await startReceiver((response) => {
      response.writeHead(200).end(JSON.stringify({ response_type: type, text: 'on it' }));
    });
    const fake = await startWithWorld({ eventsUrl: receiver.url });
    await fake.slashCommand({ channel: 'C1', user: 'U1', text: 'x' });
    type = 'in_channel';
    await fake.slashCommand({ channel: 'C1', user: 'U1', text: 'x' });
    expect(fake.timeline().map(({ kind, onlyFor, text }) => [kind, onlyFor, text])).toEqual([
      ['ephemeral', 'U1', 'on it'],
      ['post', undefined, 'on it'],
    ]);
  });
});

describe('the address to answer to', () => {
  it('takes five messages in half an hour', async () => {
    const clock = createManualClock();
    const receiver = await startReceiver();
    const fake = await startWithWorld({ eventsUrl: receiver.url, clock });
    const answer = async (url: string, body: object = { text: 'hi' }) =>
      (await fetch(url, { method: 'POST', body: JSON.stringify(body) })).status;
    const newUrl = async () => {
      await fake.slashCommand({ channel: 'C1', user: 'U1', text: 'x' });
      return fieldsOf(receiver.received.at(-1))['response_url'] ?? '';
    };
    const url = await newUrl();
    const statuses: number[] = [];
    for (const _time of Array(6)) statuses.push(await answer(url));
    expect(statuses).toEqual([200, 200, 200, 200, 200, 404]);
    expect(fake.timeline().map(({ onlyFor }) => onlyFor)).toEqual(Array(5).fill('U1'));
    const later = await newUrl();
    expect(await answer(later, {})).toBe(400);
    clock.advance(30 * 60_000 + 1);
    expect(await answer(later)).toBe(404);
  });
});

describe('a message shortcut', () => {
  it('brings the message as it stands', async () => {
    const receiver = await startReceiver();
    const fake = await startWithWorld({ eventsUrl: receiver.url });
    const { ts } = await fake.say({ channel: 'C1', user: 'U1', text: 'red' });
    await fake.messageShortcut({ channel: 'C1', ts, user: 'U1' });
    expect(payloadOf(receiver.received.at(-1))).toMatchObject({
      ...{ type: 'message_action', callback_id: 'ask_about', message_ts: ts },
      ...{ channel: { id: 'C1' }, message: { ts, text: 'red', user: 'U1' } },
    });
    const gone = { channel: 'C1', ts: '1.1', user: 'U1' };
    await expect(async () => fake.messageShortcut(gone)).rejects.toThrow('no message');
  });
});

describe('a button', () => {
  it('is pressed only where it stands, by who is there', async () => {
    const receiver = await startReceiver();
    const fake = await startWithWorld({ eventsUrl: receiver.url });
    fake.addUser({ id: 'U2' });
    fake.addChannel({ id: 'C3', members: ['U1'] });
    const blocks = [{ type: 'actions', elements: [button()] }];
    const ts = await post(fake, { channel: 'C3', text: 'x', blocks });
    const at = { channel: 'C3', ts, user: 'U1' };
    await fake.click({ ...at, actionId: 'stop' });
    expect(payloadOf(receiver.received.at(-1))).toMatchObject({
      type: 'block_actions',
      container: { type: 'message', message_ts: ts, channel_id: 'C3' },
      actions: [{ type: 'button', action_id: 'stop', value: 'v1' }],
    });
    await expect(async () => fake.click({ ...at, actionId: 'go' })).rejects.toThrow('no button go');
    await expect(async () => fake.click({ ...at, user: 'U2', actionId: 'stop' })).rejects.toThrow(
      'U2 is not in C3',
    );
  });

  it('of feedback gives the value of the one that was pressed', async () => {
    const receiver = await startReceiver();
    const fake = await startWithWorld({ eventsUrl: receiver.url });
    const side = (value: string) => ({ text: { type: 'plain_text', text: value }, value });
    const feedback = {
      ...{ type: 'feedback_buttons', action_id: 'rate' },
      ...{ positive_button: side('good'), negative_button: side('bad') },
    };
    const blocks = [{ type: 'context_actions', elements: [feedback] }];
    const ts = await post(fake, { text: 'x', blocks });
    const at = { channel: 'C1', ts, user: 'U1', actionId: 'rate' };
    await fake.click({ ...at, choice: 'negative' });
    expect(payloadOf(receiver.received.at(-1)).actions).toMatchObject([
      { type: 'feedback_buttons', value: 'bad' },
    ]);
    await expect(async () => fake.click(at)).rejects.toThrow('which of the feedback buttons');
  });
});

describe('views.open', () => {
  it('takes a trigger once, within 3 s, in its workspace', async () => {
    const clock = createManualClock();
    const receiver = await startReceiver();
    const fake = await startWithWorld({ eventsUrl: receiver.url, clock });
    fake.addTeam({ id: 'T2', botToken: 'xoxb-two' });
    const open = async (trigger_id: string, options = {}) =>
      (await callSlack(fake, 'views.open', { trigger_id, view: modal() }, options)).body.error;
    const trigger = await newTrigger(fake, receiver);
    expect(await open(trigger, { token: 'xoxb-two' })).toBe('invalid_trigger_id');
    expect(await open('made up')).toBe('invalid_trigger_id');
    expect(await open(trigger)).toBeUndefined();
    expect(await open(trigger)).toBe('exchanged_trigger_id');
    const late = await newTrigger(fake, receiver);
    clock.advance(3_001);
    expect(await open(late)).toBe('expired_trigger_id');
  });

  const plain = (text: string) => ({ type: 'plain_text', text });
  it.each<[string, Record<string, unknown>]>([
    ['a title over 24 characters', { title: plain('x'.repeat(25)) }],
    ['an empty title', { title: plain('') }],
    ['an input without a way to send it', { submit: undefined }],
    ['metadata over 3,000 characters', { private_metadata: 'x'.repeat(3_001) }],
    ['more than 100 blocks', { blocks: Array(101).fill({ type: 'divider' }) }],
    ['no block', { blocks: [] }],
    ['a block of messages', { blocks: [{ type: 'markdown', text: 'x' }] }],
    ['the Home', { ...home, title: undefined, submit: undefined, callback_id: undefined }],
    ['a property that there is not', { colour: 'red' }],
    [
      'more in an input than it holds',
      {
        blocks: [
          {
            ...{ type: 'input', label: plain('x') },
            element: { type: 'plain_text_input', max_length: 3, initial_value: 'four' },
          },
        ],
      },
    ],
  ])('refuses %s', async (_what, over) => {
    const receiver = await startReceiver();
    const fake = await startWithWorld({ eventsUrl: receiver.url });
    const trigger_id = await newTrigger(fake, receiver);
    const { body } = await callSlack(fake, 'views.open', { trigger_id, view: modal(over) });
    expect(body.error).toBe('invalid_arguments');
    expect(body['response_metadata']).toMatchObject({ messages: [expect.any(String)] });
    expect(fake.modalOf('U1')).toBeUndefined();
  });
});

describe('a modal', () => {
  const opened = async (answer?: object) => {
    const receiver = await startReceiver((response, { raw }) => {
      const isForm = raw.includes('view_submission');
      response.writeHead(200).end(isForm && answer ? JSON.stringify(answer) : '');
    });
    const fake = await startWithWorld({ eventsUrl: receiver.url });
    const trigger_id = await newTrigger(fake, receiver);
    await callSlack(fake, 'views.open', { trigger_id, view: modal() });
    return { fake, receiver };
  };

  it('is sent with what stands in it, and closes', async () => {
    const { fake, receiver } = await opened();
    await fake.submitModal({ user: 'U1', inputs: {} });
    expect(payloadOf(receiver.received.at(-1))).toMatchObject({
      type: 'view_submission',
      view: { callback_id: 'ask', state: { values: { q: { q: { value: 'how' } } } } },
    });
    expect(fake.modalOf('U1')).toBeUndefined();
    await expect(fake.submitModal({ user: 'U1', inputs: {} })).rejects.toThrow('sees no modal');
  });

  it('stays open with errors, which must name its blocks', async () => {
    const { fake } = await opened({ response_action: 'errors', errors: { q: 'too short' } });
    const { errors } = await fake.submitModal({ user: 'U1', inputs: { q: 'x' } });
    expect(errors).toEqual({ q: 'too short' });
    expect(fake.modalOf('U1')).toBeDefined();
    const other = await opened({ response_action: 'errors', errors: { z: 'what' } });
    await expect(other.fake.submitModal({ user: 'U1', inputs: {} })).rejects.toThrow('no block z');
  });

  it('lets nobody send what its inputs forbid', async () => {
    const { fake } = await opened();
    const send = (inputs: Record<string, string>) => fake.submitModal({ user: 'U1', inputs });
    await expect(send({ q: '' })).rejects.toThrow('must be filled');
    await expect(send({ q: 'x'.repeat(11) })).rejects.toThrow('too long');
    await expect(send({ z: 'x' })).rejects.toThrow('no input z');
  });

  it('is updated by who names its last version', async () => {
    const { fake } = await opened();
    const { id, hash } = fake.modalOf('U1') ?? {};
    const update = async (args: object) =>
      (await callSlack(fake, 'views.update', { view_id: id, view: modal(), ...args })).body.error;
    expect(await update({ hash })).toBeUndefined();
    expect(await update({ hash })).toBe('hash_conflict');
    expect(await update({ view_id: 'V9' })).toBe('not_found');
  });
});

describe('the Home', () => {
  it('is published for a person, and told at the next opening', async () => {
    const receiver = await startReceiver();
    const fake = await startWithWorld({ eventsUrl: receiver.url });
    await fake.openHome('U1');
    await callSlack(fake, 'views.publish', { user_id: 'U1', view: home });
    await fake.openHome('U1');
    await fake.openHome('U1', { tab: 'messages' });
    expect(receiver.received.map(({ body }) => body.event)).toMatchObject([
      { type: 'app_home_opened', user: 'U1', tab: 'home' },
      { view: { type: 'home', hash: fake.homeOf('U1')?.hash } },
      { tab: 'messages' },
    ]);
    expect(receiver.received[0]?.body.event).not.toHaveProperty('view');
    expect(receiver.received[2]?.body.event).not.toHaveProperty('view');
  });

  it('is no modal, and needs a person of the workspace', async () => {
    const fake = await startWithWorld();
    const publish = async (user_id: string, view: object) =>
      (await callSlack(fake, 'views.publish', { user_id, view })).body.error;
    expect(await publish('U1', modal())).toBe('invalid_arguments');
    expect(await publish('U9', home)).toBe('invalid_arguments');
    expect(await publish('U1', home)).toBeUndefined();
  });
});

describe('an app that is installed for a whole organisation', () => {
  it('is told so by events, commands and interactions', async () => {
    const receiver = await startReceiver();
    const fake = await startWithWorld({ eventsUrl: receiver.url });
    fake.addEnterprise({ id: 'E1', botToken: 'xoxb-org' });
    fake.addTeam({ id: 'T9', enterpriseId: 'E1' });
    fake.addUser({ id: 'W1', teamId: 'T9' });
    fake.addChannel({ id: 'C9', teamId: 'T9' });
    const { ts } = await fake.say({ channel: 'C9', user: 'W1', text: 'x' });
    await fake.slashCommand({ channel: 'C9', user: 'W1', text: 'x' });
    await fake.messageShortcut({ channel: 'C9', ts, user: 'W1' });
    const [event, command, shortcut] = receiver.received;
    expect(event?.body).toMatchObject({
      ...{ team_id: 'T9', enterprise_id: 'E1' },
      authorizations: [{ team_id: null, enterprise_id: 'E1', is_enterprise_install: true }],
    });
    expect(fieldsOf(command)).toMatchObject({
      ...{ team_id: 'T9', enterprise_id: 'E1', is_enterprise_install: 'true' },
    });
    expect(payloadOf(shortcut)).toMatchObject({
      ...{ team: null, enterprise: { id: 'E1' }, is_enterprise_install: true },
      user: { id: 'W1', team_id: 'T9' },
    });
    const { body } = await callSlack(
      fake,
      'users.info',
      { user: 'W1' },
      {
        ...{ token: 'xoxb-org', as: 'form' },
      },
    );
    expect(body['user']).toMatchObject({ enterprise_user: { enterprise_id: 'E1' } });
  });
});

describe('files, unfurls and group messages', () => {
  it('come as Slack sends them', async () => {
    const receiver = await startReceiver();
    const fake = await startWithWorld({ eventsUrl: receiver.url });
    fake.addChannel({ id: 'G1', isGroupMessage: true, members: ['U1'] });
    const files = [{ id: 'F1', name: 'a.md', size: 3, mode: 'hosted' }];
    await fake.mention({ channel: 'C1', user: 'U1', text: 'x', files });
    const { ts } = await fake.say({ channel: 'G1', user: 'U1', text: 'https://a.example' });
    await fake.unfurl({ channel: 'G1', ts, url: 'https://a.example' });
    const [mention, twin, said, unfurled] = receiver.received.map(({ body }) => body.event);
    expect(mention).toMatchObject({ type: 'app_mention', files });
    expect(mention).not.toHaveProperty('subtype');
    expect(twin).toMatchObject({ subtype: 'file_share', files });
    expect(said).toMatchObject({ channel_type: 'mpim' });
    expect(unfurled).toMatchObject({ subtype: 'message_changed', message: { ts } });
    expect(unfurled.message).not.toHaveProperty('edited');
    expect(unfurled.message.text).toBe(unfurled.previous_message.text);
    const { body } = await callSlack(
      fake,
      'conversations.members',
      { channel: 'G1' },
      { as: 'form' },
    );
    expect(body['members']).toEqual(['U0BOTT0FAKE', 'U1']);
  });
});
