/** The fake's commands, buttons and modals live and end as Discord's do. */
import { describe, expect, it } from 'vitest';
import type { FakeDiscord } from '../../fakes/discord/fake-discord.ts';
import {
  callDiscord,
  codeOf,
  createStillClock,
  faultOf,
  identify,
  say,
  startWithWorld,
} from './fake-discord-setup.ts';

interface Sent {
  readonly id: string;
  readonly token: string;
}

const respond = (fake: FakeDiscord, { id, token }: Sent, body: object, query = '') =>
  callDiscord(fake, `POST /interactions/${id}/${token}/callback${query}`, body, { token: null });

const onWebhook = (
  fake: FakeDiscord,
  { token }: Sent,
  [verb, path]: readonly [string, string],
  body?: object,
) =>
  callDiscord(fake, `${verb} /webhooks/${fake.applicationId}/${token}${path}`, body, {
    token: null,
  });

const original = '/messages/@original';

describe('the event of an interaction', () => {
  it('tells who, where and what of a slash command', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const client = await identify(fake, { intents: 1 });
    const { id, token } = fake.slashCommand({ channel, user: ann, options: { question: 'why?' } });
    const { d } = await client.received(({ t }) => t === 'INTERACTION_CREATE');
    expect(d).toMatchObject({
      ...{ id, token, type: 2, application_id: fake.applicationId, guild_id: fake.guild.id },
      ...{ channel_id: channel, channel: { id: channel, type: 0 }, context: 0 },
      data: { name: 'ask', type: 1, options: [{ name: 'question', type: 3, value: 'why?' }] },
      member: { user: { id: ann }, roles: [] },
    });
    expect(BigInt(d.app_permissions) & 1024n).toBe(1024n);
    expect(d.user).toBeUndefined();
  });

  it('shows the target of a message command, content intent or not', async () => {
    const { fake, channel, ann } = await startWithWorld({ messageContent: false });
    const client = await identify(fake, { intents: 1 });
    const { message } = fake.post({ channel, user: ann, text: 'look at this' });
    fake.messageCommand({ channel, message, user: ann });
    const { d } = await client.received(({ t }) => t === 'INTERACTION_CREATE');
    expect(d.data).toMatchObject({ name: 'Ask Footnote', type: 3, target_id: message });
    expect(d.data.resolved.messages[message].content).toBe('look at this');
  });

  it('has a user and no member in a direct message', async () => {
    const { fake, ann } = await startWithWorld();
    const client = await identify(fake, { intents: 1 });
    fake.slashCommand({ channel: fake.openDirectMessage(ann), user: ann });
    const { d } = await client.received(({ t }) => t === 'INTERACTION_CREATE');
    expect(d).toMatchObject({ user: { id: ann }, context: 1, data: { options: [] } });
    expect(d.member).toBeUndefined();
    expect(d.guild_id).toBeUndefined();
  });

  it('has the id of the command once it is registered', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const client = await identify(fake, { intents: 1 });
    const path = `PUT /applications/${fake.applicationId}/commands`;
    const { body } = await callDiscord(fake, path, [{ name: 'ask', description: 'Asks.' }]);
    fake.slashCommand({ channel, user: ann });
    const { d } = await client.received(({ t }) => t === 'INTERACTION_CREATE');
    expect(d.data.id).toBe(body[0].id);
  });
});

describe('the first answer', () => {
  it('may be "thinking", whose message is named when asked for', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const client = await identify(fake);
    const asked = fake.slashCommand({ channel, user: ann });
    const { status, body } = await respond(fake, asked, { type: 5 }, '?with_response=true');
    expect(status).toBe(200);
    expect(body.interaction).toMatchObject({
      ...{ id: asked.id, type: 2, response_message_loading: true },
      response_message_ephemeral: false,
    });
    expect(body.resource.message).toMatchObject({ channel_id: channel, flags: 128, type: 20 });
    const { d } = await client.received(({ t }) => t === 'MESSAGE_CREATE');
    expect(d.id).toBe(body.interaction.response_message_id);
    expect(fake.interaction(asked.id)).toMatchObject({ ackType: 5, response: { isLoading: true } });
    expect(fake.transcript(channel)).toBe('footnote: (thinking)');
  });

  it('comes once, within three seconds, with the right token', async () => {
    const clock = createStillClock();
    const { fake, channel, ann } = await startWithWorld({ clock });
    const asked = fake.slashCommand({ channel, user: ann });
    expect((await respond(fake, { ...asked, token: 'x' }, { type: 5 })).body.code).toBe(10062);
    expect((await respond(fake, asked, { type: 5 })).status).toBe(204);
    expect((await respond(fake, asked, { type: 5 })).body.code).toBe(40060);
    const late = fake.slashCommand({ channel, user: ann });
    clock.advance(3_001);
    expect((await respond(fake, late, { type: 5 })).body.code).toBe(10062);
    expect(fake.interaction(late.id).ackType).toBeUndefined();
  });

  it('of a command is no update, of a form no form, and nothing else', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const asked = fake.slashCommand({ channel, user: ann });
    for (const type of [6, 7, 99])
      expect((await respond(fake, asked, { type })).body.code).toBe(50035);
    expect(fake.interaction(asked.id).ackType).toBeUndefined();
  });

  it('for one person is seen by nobody else, and by no event', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const client = await identify(fake);
    const asked = fake.slashCommand({ channel, user: ann });
    await respond(fake, asked, { type: 4, data: { content: 'psst', flags: 64 } });
    const other = await say(fake, channel, 'aloud');
    await client.received(({ d }) => d?.id === other);
    expect(client.events().filter((t) => t === 'MESSAGE_CREATE')).toHaveLength(1);
    expect(fake.messages(channel).map(({ text }) => text)).toEqual(['aloud']);
    const [secret] = fake.ephemerals(ann);
    expect(secret).toMatchObject({ text: 'psst', onlyFor: ann });
    expect(await codeOf(fake, `GET /channels/${channel}/messages/${secret?.id}`)).toBe(10008);
    expect(fake.interaction(asked.id).response?.text).toBe('psst');
    expect(fake.transcript(channel)).toBe('footnote (only to ann): psst\nfootnote: aloud');
  });
});

describe('what follows', () => {
  it('edits the response, also with the token of the bot when it is for everybody', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const asked = fake.slashCommand({ channel, user: ann });
    expect((await onWebhook(fake, asked, ['PATCH', original], { content: 'x' })).body.code).toBe(
      10015,
    );
    await respond(fake, asked, { type: 5 });
    const { body } = await onWebhook(fake, asked, ['PATCH', original], { content: 'half' });
    expect(body).toMatchObject({ content: 'half', flags: 0 });
    expect((await onWebhook(fake, asked, ['GET', original])).body.id).toBe(body.id);
    const path = `PATCH /channels/${channel}/messages/${body.id}`;
    expect(await codeOf(fake, path, { content: 'whole' })).toBe(0);
    expect(fake.growth(channel, body.id)).toEqual(['', 'half', 'whole']);
  });

  it('ends after fifteen minutes, for a wrong token, and for what was deleted', async () => {
    const clock = createStillClock();
    const { fake, channel, ann } = await startWithWorld({ clock });
    const asked = fake.slashCommand({ channel, user: ann });
    await respond(fake, asked, { type: 5 });
    const edit = (sent: Sent) => onWebhook(fake, sent, ['PATCH', original], { content: 'x' });
    expect((await edit({ ...asked, token: 'x' })).body.code).toBe(10015);
    const { body } = await edit(asked);
    fake.deleteMessage({ channel, message: body.id });
    expect((await edit(asked)).body.code).toBe(10008);
    clock.advance(900_001);
    const late = await edit(asked);
    expect([late.status, late.body.code]).toEqual([401, 50027]);
  });

  it('may be more messages, the first of them in the place of "thinking"', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const asked = fake.slashCommand({ channel, user: ann });
    await respond(fake, asked, { type: 5 });
    const follow = (content: string, flags = 0) =>
      onWebhook(fake, asked, ['POST', ''], { content, flags });
    await follow('one');
    await follow('two');
    await follow('three', 64);
    expect(fake.messages(channel).map(({ text }) => text)).toEqual(['one', 'two']);
    expect(fake.interaction(asked.id).followUps.map(({ text }) => text)).toEqual(['two', 'three']);
  });

  it('in a follow-up needs no permission and takes no nonce; it replies to the response, and names it when that is gone', async () => {
    const { fake, channel, ann } = await startWithWorld();
    fake.setPermissions({ channel, to: 'bot', deny: ['ViewChannel', 'SendMessages'] });
    const asked = fake.slashCommand({ channel, user: ann });
    await respond(fake, asked, { type: 4, data: { content: 'one' } });
    const response = fake.interaction(asked.id).response?.id ?? '';
    const named = { nonce: '1', enforce_nonce: true };
    const follow = (content: string) => onWebhook(fake, asked, ['POST', ''], { content, ...named });
    const [two, three] = [await follow('two'), await follow('three')];
    expect(two.body).toMatchObject({
      ...{ type: 19, message_reference: { message_id: response } },
      interaction_metadata: { id: asked.id, original_response_message_id: response },
    });
    expect(two.body).not.toHaveProperty('nonce');
    expect(three.body.id).not.toBe(two.body.id);
    const path = `/messages/${two.body.id}`;
    expect((await onWebhook(fake, asked, ['PATCH', path], { content: '2' })).status).toBe(200);
    expect((await onWebhook(fake, asked, ['DELETE', path])).status).toBe(204);
    expect((await onWebhook(fake, asked, ['PATCH', path], { content: '2' })).body.code).toBe(10008);
    await onWebhook(fake, asked, ['DELETE', original]);
    const { body } = await follow('four');
    expect(body.message_reference).toBeUndefined();
    expect(body.interaction_metadata.original_response_message_id).toBe(response);
    expect(fake.messages(channel).map(({ text }) => text)).toEqual(['three', 'four']);
  });

  it('calls users by default, and neither roles nor everyone', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const role = fake.addRole();
    const asked = fake.slashCommand({ channel, user: ann });
    const content = `<@${ann}> <@&${role}> @everyone`;
    await respond(fake, asked, { type: 4, data: { content } });
    await onWebhook(fake, asked, ['PATCH', original], { content, allowed_mentions: { parse: [] } });
    expect(fake.pings()).toEqual([`<@${ann}>`]);
  });

  it('is no edit in an archived thread', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const thread = fake.startThread({ channel, user: ann, name: 'n' });
    const asked = fake.slashCommand({ channel: thread, user: ann });
    await respond(fake, asked, { type: 5 });
    fake.changeThread(thread, { archived: true });
    const edit = () => onWebhook(fake, asked, ['PATCH', original], { content: 'x' });
    expect((await edit()).body.code).toBe(50083);
    fake.changeThread(thread, { archived: false });
    expect((await edit()).status).toBe(200);
  });

  it('takes no nonce for itself', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const asked = fake.slashCommand({ channel, user: ann });
    await respond(fake, asked, { type: 4, data: { content: 'first' } });
    const body = { content: 'x', nonce: 'n', enforce_nonce: true };
    await onWebhook(fake, asked, ['POST', ''], body);
    await onWebhook(fake, asked, ['POST', ''], body);
    expect(fake.botMessages(channel)).toHaveLength(3);
  });
});

describe('buttons', () => {
  const components = [
    {
      type: 1,
      components: [
        { type: 2, style: 1, label: 'Stop', custom_id: 'stop' },
        { type: 2, style: 1, label: 'Old', custom_id: 'old', disabled: true },
      ],
    },
  ];

  it('are pressed by id or label, when they stand there and are not switched off', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const client = await identify(fake);
    const { body } = await callDiscord(fake, `POST /channels/${channel}/messages`, {
      ...{ content: 'answer', components },
    });
    const place = { channel, message: body.id, user: ann };
    expect(() => fake.press({ ...place, label: 'Go' })).toThrow('no button Go');
    expect(() => fake.press({ ...place, customId: 'old' })).toThrow('no button old');
    const pressed = fake.press({ ...place, label: 'Stop' });
    const { d } = await client.received(({ t }) => t === 'INTERACTION_CREATE');
    expect(d).toMatchObject({
      ...{ id: pressed.id, type: 3, data: { custom_id: 'stop', component_type: 2 } },
      message: { id: body.id, content: 'answer' },
    });
    await respond(fake, pressed, { type: 6 });
    await onWebhook(fake, pressed, ['PATCH', original], { content: 'stopped', components: [] });
    expect(fake.messages(channel)).toMatchObject([{ text: 'stopped', buttons: [] }]);
    expect(() => fake.press({ ...place, label: 'Stop' })).toThrow('no button');
  });

  it('may update their message at once', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const { body } = await callDiscord(fake, `POST /channels/${channel}/messages`, { components });
    const pressed = fake.press({ channel, message: body.id, user: ann, customId: 'stop' });
    await respond(fake, pressed, { type: 7, data: { content: 'updated' } });
    expect(fake.messages(channel)[0]?.text).toBe('updated');
  });
});

describe('modals', () => {
  const input = (more: object = {}) => ({
    ...{ type: 4, custom_id: 'why', style: 2, max_length: 10 },
    ...more,
  });
  const modal = (...components: readonly object[]) => ({
    type: 9,
    data: { custom_id: 'reason', title: 'What was wrong?', components },
  });
  const labelled = { type: 18, label: 'Reason', component: input() };
  const inRow = { type: 1, components: [input({ label: 'Reason' })] };

  it.each([
    ['labels', labelled, { type: 18, component: { custom_id: 'why', value: 'too long' } }],
    ['rows', inRow, { type: 1, components: [{ custom_id: 'why', value: 'too long' }] }],
  ])('are submitted as %s', async (_what, sent, answered) => {
    const { fake, channel, ann } = await startWithWorld();
    const ben = fake.addUser({ name: 'ben' });
    const client = await identify(fake);
    await respond(fake, fake.slashCommand({ channel, user: ann }), modal(sent));
    expect(fake.modalOf(ann)).toMatchObject({ custom_id: 'reason' });
    expect(() => fake.submitModal({ user: ben, inputs: {} })).toThrow('sees no modal');
    const submitted = fake.submitModal({ user: ann, inputs: { why: 'too long' } });
    const { d } = await client.received(({ d: told }) => told?.id === submitted.id);
    expect(d).toMatchObject({ type: 5, data: { custom_id: 'reason', components: [answered] } });
    expect(fake.modalOf(ann)).toBeUndefined();
    expect((await respond(fake, submitted, modal(sent))).body.code).toBe(50035);
    expect((await respond(fake, submitted, { type: 5, data: { flags: 64 } })).status).toBe(204);
  });

  it.each([
    ['no title', { ...modal(labelled).data, title: '' }, 'data.title BASE_TYPE_BAD_LENGTH'],
    [
      'a title of 46',
      { ...modal(labelled).data, title: 't'.repeat(46) },
      'data.title BASE_TYPE_BAD_LENGTH',
    ],
    ['no input', modal().data, 'data.components BASE_TYPE_BAD_LENGTH'],
    [
      'a label of 46',
      modal({ ...labelled, label: 'l'.repeat(46) }).data,
      'data.components.0.label BASE_TYPE_BAD_LENGTH',
    ],
    [
      'one id twice',
      modal(labelled, labelled).data,
      'data.components.1.custom_id COMPONENT_CUSTOM_ID_DUPLICATED',
    ],
  ])('are refused with %s', async (_what, data, fault) => {
    const { fake, channel, ann } = await startWithWorld();
    const { id, token } = fake.slashCommand({ channel, user: ann });
    const path = `POST /interactions/${id}/${token}/callback`;
    expect(await faultOf(fake, path, { type: 9, data })).toBe(fault);
  });
});

describe('commands', () => {
  const ask = { name: 'ask', description: 'Asks.', options: [] };

  it('are kept under their id, and get a new version only when changed', async () => {
    const { fake } = await startWithWorld();
    const put = async (...commands: readonly object[]) =>
      (await callDiscord(fake, `PUT /applications/${fake.applicationId}/commands`, commands)).body;
    const [first] = await put(ask, { name: 'Ask Footnote', type: 3 });
    const [same] = await put(ask, { name: 'Ask Footnote', type: 3 });
    expect(same).toEqual(first);
    const [changed] = await put({ ...ask, description: 'Asks more.' });
    expect(changed.id).toBe(first.id);
    expect(changed.version).not.toBe(first.version);
    expect(fake.commands()).toHaveLength(1);
    expect(fake.commands(fake.guild.id)).toEqual([]);
  });

  it('belong to the app or to one guild, and are removed by id', async () => {
    const { fake } = await startWithWorld();
    const path = `/applications/${fake.applicationId}/guilds/${fake.guild.id}/commands`;
    const { status, body } = await callDiscord(fake, `POST ${path}`, ask);
    expect([status, body.guild_id]).toEqual([201, fake.guild.id]);
    expect((await callDiscord(fake, `GET ${path}`)).body).toEqual([body]);
    expect(await codeOf(fake, `DELETE ${path}/${body.id}`)).toBe(0);
    expect(await codeOf(fake, `DELETE ${path}/${body.id}`)).toBe(10063);
    expect(await codeOf(fake, 'GET /applications/123456789012345678/commands')).toBe(50001);
  });

  it.each([
    [
      'capitals in a slash command',
      { ...ask, name: 'Ask' },
      'name APPLICATION_COMMAND_INVALID_NAME',
    ],
    ['a name of 33', { ...ask, name: 'a'.repeat(33) }, 'name BASE_TYPE_BAD_LENGTH'],
    ['no description', { name: 'ask' }, 'description BASE_TYPE_BAD_LENGTH'],
    ['a description of a message command', { ...ask, type: 3 }, 'description BASE_TYPE_BAD_LENGTH'],
  ])('are refused with %s', async (_what, command, fault) => {
    const { fake } = await startWithWorld();
    const path = `POST /applications/${fake.applicationId}/commands`;
    expect(await faultOf(fake, path, command)).toBe(fault);
  });
});
