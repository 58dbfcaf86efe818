/** "Ask Footnote about this" opens a form, and the form becomes a turn. */
import { describe, expect, test } from 'vitest';
import { channel, type Listening, setUpListening } from './set-up-listening.ts';

const input = 'footnote_input';

const choose = async (it: Listening, over: { text?: string; user?: string } = {}) => {
  const { ts } = await it.slack.say({
    ...{ channel, user: 'U2', text: over.text ?? 'The build is red & nobody knows why' },
  });
  const delivery = await it.slack.messageShortcut({ channel, ts, user: over.user ?? 'U1' });
  // The form is opened behind the acknowledgement.
  await it.inbound.close();
  return { ts, delivery };
};
const send = (it: Listening, text: string) =>
  it.slack.submitModal({ user: 'U1', inputs: { [input]: text } });

test('opens a form in which the message stands as the question', async () => {
  const it = await setUpListening();
  const { ts, delivery } = await choose(it);
  expect(delivery.status).toBe(200);
  const view = it.slack.modalOf('U1')?.view;
  expect(view).toMatchObject({
    blocks: [{ element: { initial_value: 'The build is red & nobody knows why' } }, {}],
  });
  expect(JSON.parse(String(view?.['private_metadata']))).toEqual({
    ...{ channel, ts },
    digest: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
  expect(await it.allTurns()).toEqual([]);
});

test.each([
  ['a long message', '𝒳'.repeat(2_000), '𝒳'.repeat(1_500)],
  ['a message without words', '', undefined],
])('%s opens it too', async (_what, text, initial_value) => {
  const it = await setUpListening();
  await choose(it, { text });
  expect(it.slack.modalOf('U1')?.view.blocks[0]?.['element']).toMatchObject({
    ...(initial_value === undefined ? {} : { initial_value }),
  });
});

test('becomes a turn without a thread, with a link to the message, and the form closes', async () => {
  const it = await setUpListening();
  const { ts } = await choose(it);
  const { delivery, errors } = await send(it, ' Why is it <red>? ');
  expect([delivery.status, delivery.body, errors]).toEqual([200, '', undefined]);
  expect(it.slack.modalOf('U1')).toBeUndefined();
  const [turn, ...none] = await it.allTurns();
  expect(none).toEqual([]);
  expect(turn).toMatchObject({ question: { text: 'Why is it <red>?' }, audience: 'team' });
  expect(turn?.id).toMatch(/^slack-T0FAKE-t[0-9a-f]{32}$/);
  expect(turn?.replyTo).toEqual({
    ...{ team: 'T0FAKE', channel, user: 'U1' },
    about: `https://team-t0fake.slack.com/archives/${channel}/p${ts.replace('.', '')}`,
  });
});

test('that is sent again is the same turn', async () => {
  const it = await setUpListening();
  await choose(it);
  it.down.store = true;
  const first = await send(it, 'Why?');
  expect(first.errors).toEqual({
    [input]: 'I cannot reach my database right now. Please ask again in a while.',
  });
  it.down.store = false;
  const modal = it.slack.modalOf('U1');
  await send(it, 'Why?');
  expect(it.slack.modalOf('U1')).toBeUndefined();
  const [turn] = await it.allTurns();
  expect(turn?.id.slice(-32)).toBe(JSON.parse(String(modal?.view['private_metadata'])).digest);
  expect(await it.allTurns()).toHaveLength(1);
});

test('does without the link when Slack does not give it', async () => {
  const it = await setUpListening();
  await choose(it);
  it.slack.failNext('chat.getPermalink', { status: 500 });
  await send(it, 'Why?');
  const [turn] = await it.allTurns();
  expect(turn?.replyTo).not.toHaveProperty('about');
});

describe('nothing ends silently', () => {
  test('a place that is switched off', async () => {
    const it = await setUpListening();
    it.places[channel] = { listen: 'off' };
    await choose(it);
    expect(it.slack.modalOf('U1')).toBeUndefined();
    expect(it.toldTo('U1')).toEqual(['I am switched off in this channel.']);
  });

  test('a place that is switched off while the form is open', async () => {
    const it = await setUpListening();
    await choose(it);
    it.places[channel] = { listen: 'off' };
    const { errors } = await send(it, 'Why?');
    expect(errors).toEqual({ [input]: 'I am switched off in this channel.' });
    expect(await it.allTurns()).toEqual([]);
  });

  test('a form that Slack does not open, also where we are no member', async () => {
    const it = await setUpListening();
    it.slack.failNext('views.open', { error: 'expired_trigger_id' });
    it.slack.failNext('chat.postEphemeral', { error: 'not_in_channel' });
    await choose(it);
    expect(it.toldTo('U1')).toEqual(['Slack did not let me open the form. Please try once more.']);
    expect(it.troubles()).toEqual(['slack form not opened']);
  });

  test('nobody who can be told is a line in the log, without the secret address', async () => {
    const it = await setUpListening();
    it.slack.failNext('views.open', { status: 500 });
    it.slack.failNext('chat.postEphemeral', { error: 'not_in_channel' });
    const payload = {
      ...{ type: 'message_action', callback_id: 'ask_about', trigger_id: 't' },
      ...{ team: { id: 'T0FAKE' }, user: { id: 'U1' }, channel: { id: channel } },
      message: { ts: '1767603600.000100', text: 'x' },
      response_url: `${it.slack.apiUrl}gone/secret`,
    };
    await it.slack.sendForm({ payload: JSON.stringify(payload) }, { eventType: 'message_action' });
    await it.inbound.close();
    expect(it.troubles()).toEqual(['slack form not opened', 'slack person could not be told']);
    expect(JSON.stringify(it.log.lines)).not.toContain('secret');
  });
});
