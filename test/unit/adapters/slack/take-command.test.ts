/** `/ask` becomes a turn without a thread, and the person is always told something. */
import { describe, expect, test } from 'vitest';
import { asId } from '../../../../src/domain/ids.ts';
import { channel, type Listening, setUpListening } from './set-up-listening.ts';

const ask = (
  it: Listening,
  over: Partial<Parameters<Listening['slack']['slashCommand']>[0]> = {},
) => it.slack.slashCommand({ channel, user: 'U1', text: 'How many <days> & hours?', ...over });

test('is stored before it is acknowledged, in a conversation of its own', async () => {
  const it = await setUpListening();
  const { status } = await ask(it);
  const [turn, ...none] = await it.allTurns();
  expect([status, none]).toEqual([200, []]);
  expect(turn).toMatchObject({
    state: 'queued',
    question: { text: 'How many <days> & hours?' },
    asker: 'U1',
    audience: 'team',
    askedAt: new Date(it.clock.now()),
  });
  expect(turn?.replyTo).toEqual({ team: 'T0FAKE', channel, user: 'U1' });
  expect(turn?.id).toMatch(/^slack-T0FAKE-t[0-9a-f]{32}$/);
  expect(
    await it.store.conversations.getConversation(asId(turn?.conversationId ?? '')),
  ).toMatchObject({ key: turn?.id, name: 'How many <days> & hours?', place: channel });
  expect(it.toldTo('U1')).toEqual([
    'I am looking it up. The answer comes in a thread here, or by direct message where I am not a member.',
  ]);
  expect(it.toldTo('U2')).toEqual([]);
});

test('is another question each time', async () => {
  const it = await setUpListening();
  await ask(it);
  await ask(it);
  expect(await it.allTurns()).toHaveLength(2);
});

test.each<[string, { readonly user?: string; readonly channel?: string }, string]>([
  ['a guest', { user: 'UGUEST' }, 'public'],
  ['a channel that we are not in and can see', { channel: 'COPEN' }, 'team'],
  ['a channel that we cannot see', { channel: 'CHIDDEN' }, 'public'],
])('from %s', async (_where, over, audience) => {
  const it = await setUpListening();
  it.slack.addChannel({ id: 'COPEN', isMember: false });
  it.slack.addChannel({ id: 'CHIDDEN', isMember: false, isPrivate: true });
  await ask(it, over);
  expect(await it.allTurns()).toMatchObject([
    { audience, replyTo: { channel: over.channel ?? channel } },
  ]);
});

test('in a direct message only the asker counts', async () => {
  const it = await setUpListening();
  const { channel: direct } = await it.slack.directMessage({ user: 'U1', text: 'Hello?' });
  await ask(it, { channel: direct });
  expect(it.slack.calls('conversations.info')).toEqual([]);
  expect((await it.allTurns()).map(({ audience }) => audience)).toEqual(['team', 'team']);
});

describe('nothing ends silently', () => {
  test.each<[string, Partial<Parameters<Listening['slack']['slashCommand']>[0]>, string]>([
    [
      'nothing to look up',
      { text: '  ' },
      'Write your question behind the command, like this: `/ask How do I …?`',
    ],
    [
      'another name of the command',
      { text: '', command: '/docs' },
      'Write your question behind the command, like this: `/docs How do I …?`',
    ],
    [
      'more than is read',
      { text: 'x'.repeat(16_001) },
      'This question is longer than 16,000 characters, so I did not read it. Please shorten it.',
    ],
    ['a place that is switched off', { channel: 'COFF' }, 'I am switched off in this channel.'],
  ])('%s', async (_what, over, sentence) => {
    const it = await setUpListening();
    it.slack.addChannel({ id: 'COFF' });
    it.places['COFF'] = { listen: 'off' };
    expect((await ask(it, over)).status).toBe(200);
    expect(it.toldTo('U1')).toEqual([sentence]);
    expect(await it.allTurns()).toEqual([]);
  });

  test('a store that is away', async () => {
    const it = await setUpListening();
    it.down.store = true;
    expect((await ask(it)).status).toBe(200);
    expect(it.toldTo('U1')).toEqual([
      'I cannot reach my database right now. Please ask again in a while.',
    ]);
    expect(it.log.lines).toEqual([
      {
        level: 'error',
        event: 'slack interaction not taken in',
        details: { code: 'store_unavailable' },
      },
    ]);
  });

  test('a store that takes longer than Slack waits: the question is stored all the same', async () => {
    const it = await setUpListening();
    let release = () => {};
    it.hold.until = new Promise((resolve) => {
      release = resolve;
    });
    const asked = ask(it);
    await it.slack.waitFor(() => it.slack.calls('conversations.info').length > 0);
    await it.clock.whenSleeping(2);
    await it.clock.advance(2_900);
    expect((await asked).status).toBe(200);
    expect(it.toldTo('U1')).toEqual([
      'This takes longer than usual. If no answer comes within a minute, please ask again.',
    ]);
    release();
    await it.inbound.close();
    expect(await it.allTurns()).toHaveLength(1);
  });
});

test('without what a command must have is a line in the log and a sentence', async () => {
  const it = await setUpListening();
  const fields = { command: '/ask', text: 'How?', team_id: 'T0FAKE', channel_id: 'not an id' };
  const delivery = await it.slack.sendForm(fields, { eventType: 'slash_command' });
  expect(delivery.status).toBe(200);
  expect(JSON.parse(delivery.body)).toMatchObject({ response_type: 'ephemeral' });
  expect(it.troubles()).toEqual(['slack command of an unknown shape']);
});
