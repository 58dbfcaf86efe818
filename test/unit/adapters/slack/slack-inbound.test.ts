/** The Slack door from a signed event to the stored turn, over a Slack on loopback and stores in memory. */
import { beforeEach, describe, expect, test } from 'vitest';
import { asId } from '../../../../src/domain/ids.ts';
import type { Turn } from '../../../../src/domain/turn.ts';
import { slackTurnId } from '../../../../src/domain/turn-id.ts';
import type { FakeSlack } from '../../../fakes/slack/fake-slack.ts';
import { channel, type Listening, setUpListening, statuses, team } from './set-up-listening.ts';

let it: Listening;
let slack: FakeSlack;
let turnsOf: (rootTs: string, place?: string) => Promise<readonly Turn[]>;

beforeEach(async () => {
  it = await setUpListening();
  ({ slack, turnsOf } = it);
});

describe('a mention', () => {
  test('becomes one turn, whatever is sent of it', async () => {
    const { ts, clientMsgId, deliveries } = await slack.mention({
      channel,
      user: 'U1',
      text: 'How many <days> & hours?',
      events: ['message', 'app_mention', 'app_mention', 'message', 'app_mention', 'message'],
    });
    expect(statuses(deliveries)).toEqual(Array(6).fill(200));
    const turns = await turnsOf(ts);
    expect(turns).toMatchObject([
      {
        id: slackTurnId({ team, channel, ts }),
        platform: 'slack',
        state: 'queued',
        question: { text: 'How many <days> & hours?' },
        clientMsgId,
        asker: 'U1',
        audience: 'team',
        replyTo: { team, channel, threadTs: ts, ts, user: 'U1' },
        askedAt: new Date(Math.trunc(Number(ts) * 1_000)),
      },
    ]);
    expect(
      await it.store.conversations.getConversation(asId(turns[0]?.conversationId ?? '')),
    ).toMatchObject({
      key: `slack-${team}-${channel}-${ts}`,
      dialogId: 'default',
      name: 'How many <days> & hours?',
      platform: 'slack',
      place: channel,
      audience: 'team',
      userId: 'U1',
    });
    expect(new Set(it.woken)).toEqual(new Set([turns[0]?.conversationId]));
  });

  test('whose events come at the same moment becomes one turn', async () => {
    const { ts, deliveries } = await slack.mention({
      ...{ channel, user: 'U1', text: 'How?', retries: true },
      events: ['message', 'app_mention', 'app_mention', 'message'],
    });
    expect(statuses(deliveries)).toEqual(Array(4).fill(200));
    expect(await turnsOf(ts)).toHaveLength(1);
  });

  test('sent twice by the client is one turn', async () => {
    const first = await slack.mention({ channel, user: 'U1', text: 'How?', clientMsgId: 'm1' });
    const root = { channel, user: 'U1', threadTs: first.ts };
    await slack.mention({ ...root, text: 'How?', clientMsgId: 'm1' });
    await slack.mention({ ...root, text: 'And when?', clientMsgId: 'm2' });
    expect((await turnsOf(first.ts)).map(({ question }) => question.text)).toEqual([
      'How?',
      'And when?',
    ]);
  });

  test('the place decides the dialog, and the audience when it says one', async () => {
    it.places[channel] = { dialogId: asId('support'), audience: 'public' };
    const { ts } = await slack.mention({ channel, user: 'U1', text: 'How?' });
    const [turn] = await turnsOf(ts);
    expect(turn).toMatchObject({ audience: 'public' });
    expect(
      await it.store.conversations.getConversation(asId(turn?.conversationId ?? '')),
    ).toMatchObject({ dialogId: 'support', audience: 'public' });
    expect(slack.calls()).toEqual([]);
  });

  test('of a guest is answered from what is public', async () => {
    const { ts } = await slack.mention({ channel, user: 'UGUEST', text: 'How?' });
    expect(await turnsOf(ts)).toMatchObject([{ audience: 'public' }]);
  });

  test('of a member where a guest sits is answered from what is public, unless the place says team', async () => {
    slack.addChannel({ id: 'CPROJECT', members: ['U1', 'UGUEST'] });
    const asked = { channel: 'CPROJECT', user: 'U1', text: 'How?' };
    const first = await slack.mention(asked);
    expect(await it.turnsOf(first.ts, 'CPROJECT')).toMatchObject([{ audience: 'public' }]);
    it.places['CPROJECT'] = { audience: 'team' };
    const second = await slack.mention(asked);
    expect(await it.turnsOf(second.ts, 'CPROJECT')).toMatchObject([{ audience: 'team' }]);
  });

  test('without a question is stored as refused, for the hint', async () => {
    const { ts } = await slack.mention({ channel, user: 'U1', text: '' });
    expect(await turnsOf(ts)).toMatchObject([
      { state: 'queued', question: { text: '' }, error: { code: 'question_empty' } },
    ]);
  });

  test('above 16,000 characters is stored as refused, without its text', async () => {
    const { ts } = await slack.mention({ channel, user: 'U1', text: 'x'.repeat(16_001) });
    const [turn] = await turnsOf(ts);
    expect(turn).toMatchObject({ question: { text: '' }, error: { code: 'question_too_long' } });
    const conversation = await it.store.conversations.getConversation(
      asId(turn?.conversationId ?? ''),
    );
    expect(conversation).toMatchObject({ name: 'Slack thread' });
  });
});

describe('in a thread', () => {
  test('who asked there may go on without a mention, nobody else', async () => {
    const { ts } = await slack.mention({ channel, user: 'U1', text: 'How?' });
    const thread = { channel, threadTs: ts };
    await slack.threadReply({ ...thread, user: 'U1', text: 'And when?' });
    await slack.threadReply({ ...thread, user: 'U2', text: 'I wonder too' });
    await slack.mention({ ...thread, user: 'U2', text: 'Why?' });
    await slack.threadReply({ ...thread, user: 'U2', text: 'Really?' });
    expect((await turnsOf(ts)).map(({ asker, question }) => [asker, question.text])).toEqual([
      ['U1', 'How?'],
      ['U1', 'And when?'],
      ['U2', 'Why?'],
      ['U2', 'Really?'],
    ]);
  });

  test('that is not ours nothing is stored', async () => {
    const threadTs = '1767603600.000100';
    const { deliveries } = await slack.threadReply({ channel, threadTs, user: 'U1', text: 'Hm' });
    expect(statuses(deliveries)).toEqual([200]);
    expect(await turnsOf(threadTs)).toEqual([]);
  });
});

test('a direct message is a question, and its thread a conversation', async () => {
  const { ts, channel: direct } = await slack.directMessage({ user: 'U1', text: 'How?' });
  await slack.threadReply({ channel: direct, threadTs: ts, user: 'U1', text: 'And when?' });
  expect(await turnsOf(ts, direct)).toMatchObject([
    { question: { text: 'How?' }, audience: 'team', replyTo: { channel: direct, threadTs: ts } },
    { question: { text: 'And when?' } },
  ]);
  expect(slack.calls('conversations.info')).toEqual([]);
});

describe('a deleted question', () => {
  test('is cancelled and its reply is to go', async () => {
    const { ts } = await slack.mention({ channel, user: 'U1', text: 'How?' });
    expect(statuses(await slack.deleteMessage({ channel, ts }))).toEqual([200]);
    const [turn] = await turnsOf(ts);
    expect(turn).toMatchObject({ removeReply: true, open: true });
    expect(turn?.cancelRequestedAt).toBeInstanceOf(Date);
  });

  test('under which others wrote is cancelled too', async () => {
    const { ts } = await slack.mention({ channel, user: 'U1', text: 'How?' });
    await slack.threadReply({ channel, threadTs: ts, user: 'U2', text: 'Hm' });
    await slack.deleteMessage({ channel, ts });
    expect(await turnsOf(ts)).toMatchObject([{ removeReply: true }]);
  });

  test('that was none of ours changes nothing', async () => {
    const { ts } = await slack.threadReply({
      ...{ channel, user: 'U1', text: 'Hm' },
      threadTs: '1767603600.000100',
    });
    expect(statuses(await slack.deleteMessage({ channel, ts }))).toEqual([200]);
  });
});

describe('what is not for us', () => {
  test.each([
    ['an event of an unknown type', { type: 'something_new', channel: 'C1' }],
    ['an event of another kind', { type: 'reaction_added', user: 'U1', item: { channel: 'C1' } }],
    ['an edit', { type: 'message', subtype: 'message_changed', channel: 'C1', message: {} }],
    ['a message of a bot', { type: 'message', channel: 'C1', bot_id: 'B1', user: 'U9', ts: '1.1' }],
    ['a join', { type: 'message', subtype: 'channel_join', channel: 'C1', user: 'U1', ts: '1.1' }],
    ['a message without anything', { type: 'message' }],
  ])('%s is acknowledged before the store is asked', async (_what, event) => {
    it.down.store = true;
    expect((await slack.sendEvent(event)).status).toBe(200);
    expect(it.woken).toEqual([]);
  });
});

describe('bad input', () => {
  const question = { type: 'app_mention', channel, user: 'U1', text: 'How?', ts: '1767603600.1' };

  test.each([
    ['a wrong signature', { badSignature: true }, 401],
    ['a time more than five minutes ago', { timestampOffsetS: -302 }, 401],
    ['a time more than five minutes ahead', { timestampOffsetS: 302 }, 401],
    ['malformed JSON', { rawBody: '{"type": "event_call' }, 400],
  ])('%s', async (_what, options, status) => {
    expect((await slack.sendEvent(question, options)).status).toBe(status);
    expect(await turnsOf('1767603600.1')).toEqual([]);
  });
});

describe('when a part is away', () => {
  test('the store: nothing is acknowledged, and the next delivery is taken', async () => {
    it.down.store = true;
    const { ts, deliveries } = await slack.mention({ channel, user: 'U1', text: 'How?' });
    expect(statuses(deliveries)).toEqual([500, 500]);
    it.down.store = false;
    const event = {
      type: 'app_mention',
      channel,
      user: 'U1',
      text: `<@${slack.team.botUserId}> How?`,
      ts,
    };
    expect((await slack.sendEvent(event, { retryNum: 1 })).status).toBe(200);
    expect(await turnsOf(ts)).toMatchObject([{ question: { text: 'How?' } }]);
  });

  test('the store: a deletion is not acknowledged either', async () => {
    const { ts } = await slack.mention({ channel, user: 'U1', text: 'How?' });
    it.down.store = true;
    expect(statuses(await slack.deleteMessage({ channel, ts }))).toEqual([500]);
  });

  test('the queue: the question is stored and acknowledged', async () => {
    it.down.queue = true;
    const { ts, deliveries } = await slack.mention({ channel, user: 'U1', text: 'How?' });
    expect(statuses(deliveries)).toEqual([200, 200]);
    expect(await turnsOf(ts)).toHaveLength(1);
  });

  test('Slack: the question is stored, for the public', async () => {
    slack.failNext('*', { status: 503, times: 10 });
    const { ts, deliveries } = await slack.mention({ channel, user: 'U1', text: 'How?' });
    expect(statuses(deliveries)).toEqual([200, 200]);
    expect(await turnsOf(ts)).toMatchObject([{ audience: 'public' }]);
  });
});

test('an event that does not tell who we are makes us ask', async () => {
  const event = {
    type: 'message',
    channel,
    user: 'U1',
    text: `<@${slack.team.botUserId}> How?`,
    ts: '1767603600.000100',
  };
  const rawBody = JSON.stringify({ type: 'event_callback', team_id: team, event });
  expect((await slack.sendEvent(event, { rawBody })).status).toBe(200);
  expect(await turnsOf('1767603600.000100')).toMatchObject([{ question: { text: 'How?' } }]);
  expect(slack.calls('auth.test')).toHaveLength(1);
});

test('no question reaches the log', async () => {
  it.down.queue = true;
  await slack.mention({ channel, user: 'U1', text: 'the canary' });
  it.down.store = true;
  await slack.mention({ channel, user: 'U1', text: 'the canary' });
  expect(it.log.lines.length).toBeGreaterThan(0);
  expect(JSON.stringify(it.log.lines)).not.toContain('canary');
});
