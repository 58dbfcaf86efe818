/** The Slack door from a signed request to the stored turn, over a Slack on loopback and stores in memory. */
import { type ServerType, serve } from '@hono/node-server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSlackInbound, type SlackPlace } from '../../../../adapters/slack/slack-inbound.ts';
import { createCancelTurn } from '../../../../src/conversation/cancel-turn.ts';
import { createReceiveQuestion } from '../../../../src/conversation/receive-question.ts';
import { BotError } from '../../../../src/domain/errors.ts';
import { asId, newConversationId } from '../../../../src/domain/ids.ts';
import type { Turn } from '../../../../src/domain/turn.ts';
import { slackConversationKey, slackTurnId } from '../../../../src/domain/turn-id.ts';
import {
  createMemoryStore,
  type MemoryStore,
} from '../../../../src/drivers/memory/memory-store.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';
import { createRecordingLog, type RecordingLog } from '../../../fakes/recording-log.ts';
import { type FakeSlack, startFakeSlack } from '../../../fakes/slack/fake-slack.ts';
import { oneWorkspace } from '../../../fakes/slack-workspaces.ts';

const team = 'T0FAKE';
const channel = 'C1';
let slack: FakeSlack;
let store: MemoryStore;
let log: RecordingLog;
let server: ServerType;
let woken: string[];
let isStoreDown: boolean;
let isQueueDown: boolean;
let places: Record<string, SlackPlace>;

beforeEach(async () => {
  const clock = createFakeClock({ startMs: Date.now() });
  const slackClock = {
    now: clock.now,
    sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms, signal ? { signal } : {}),
  };
  slack = await startFakeSlack({ signingSecret: 'secret', botToken: 'xoxb-1', clock: slackClock });
  for (const id of ['U1', 'U2']) slack.addUser({ id });
  slack.addUser({ id: 'UGUEST', isRestricted: true });
  slack.addChannel({ id: channel });
  store = createMemoryStore({ clock });
  log = createRecordingLog();
  woken = [];
  isStoreDown = false;
  isQueueDown = false;
  places = {};
  const conversations = guarded(store.conversations);
  const turns = guarded(store.turns);
  const queue = {
    wake: async (id: string) => {
      woken.push(id);
      if (isQueueDown) throw new BotError('queue_unavailable');
    },
  };
  const slackWay = oneWorkspace({ apiUrl: slack.apiUrl, clock, log });
  const inbound = createSlackInbound({
    ...slackWay,
    settings: { ...slackWay.settings, signingSecret: 'secret' },
    receiveQuestion: createReceiveQuestion({
      ...{ conversations, turns, queue, log },
      newConversationId,
      now: clock.now,
    }),
    cancelTurn: createCancelTurn({
      changes: guarded(store.changes),
      queue,
      log,
      stopSignal: { publish: async () => {} },
    }),
    conversations,
    turns,
    placeOf: (place) => places[place] ?? { dialogId: asId('default') },
    clock,
    log,
  });
  await new Promise<void>((resolve) => {
    server = serve({ fetch: inbound.handle, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
      slack.sendEventsTo(`http://127.0.0.1:${port}/slack/events`);
      resolve();
    });
  });
});
afterEach(async () => {
  await slack.close();
  await new Promise((resolve) => server.close(resolve));
});

/** A store that fails while `isStoreDown`. */
const guarded = <Store extends object>(real: Store): Store =>
  new Proxy(real, {
    get: (target, name) => {
      const method = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>;
      return async (...args: unknown[]) => {
        if (isStoreDown) throw new BotError('store_unavailable');
        return method(...args);
      };
    },
  });

const turnsOf = async (rootTs: string, place = channel): Promise<readonly Turn[]> => {
  const key = slackConversationKey({ team, channel: place, rootTs });
  const conversation = await store.conversations.findConversation(key);
  return conversation === undefined ? [] : store.turns.listTurns(conversation.id);
};
const statuses = (deliveries: readonly { readonly status: number }[]) =>
  deliveries.map(({ status }) => status);

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
      await store.conversations.getConversation(asId(turns[0]?.conversationId ?? '')),
    ).toMatchObject({
      key: `slack-${team}-${channel}-${ts}`,
      dialogId: 'default',
      name: 'How many <days> & hours?',
      platform: 'slack',
      place: channel,
      audience: 'team',
      userId: 'U1',
    });
    expect(new Set(woken)).toEqual(new Set([turns[0]?.conversationId]));
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
    places[channel] = { dialogId: asId('support'), audience: 'public' };
    const { ts } = await slack.mention({ channel, user: 'U1', text: 'How?' });
    const [turn] = await turnsOf(ts);
    expect(turn).toMatchObject({ audience: 'public' });
    expect(
      await store.conversations.getConversation(asId(turn?.conversationId ?? '')),
    ).toMatchObject({ dialogId: 'support', audience: 'public' });
    expect(slack.calls()).toEqual([]);
  });

  test('of a guest is answered from what is public', async () => {
    const { ts } = await slack.mention({ channel, user: 'UGUEST', text: 'How?' });
    expect(await turnsOf(ts)).toMatchObject([{ audience: 'public' }]);
  });

  test('without a question is stored as refused, for the hint', async () => {
    const { ts } = await slack.mention({ channel, user: 'U1', text: '' });
    expect(await turnsOf(ts)).toMatchObject([
      { state: 'queued', question: { text: '' }, error: { code: 'question_empty' } },
    ]);
  });

  test('above 16,000 characters is stored as refused, without its text', async () => {
    const { ts } = await slack.mention({ channel, user: 'U1', text: 'x'.repeat(16_001) });
    expect(await turnsOf(ts)).toMatchObject([
      { question: { text: '' }, error: { code: 'question_too_long' } },
    ]);
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
    isStoreDown = true;
    expect((await slack.sendEvent(event)).status).toBe(200);
    expect(woken).toEqual([]);
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
    isStoreDown = true;
    const { ts, deliveries } = await slack.mention({ channel, user: 'U1', text: 'How?' });
    expect(statuses(deliveries)).toEqual([500, 500]);
    isStoreDown = false;
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
    isStoreDown = true;
    expect(statuses(await slack.deleteMessage({ channel, ts }))).toEqual([500]);
  });

  test('the queue: the question is stored and acknowledged', async () => {
    isQueueDown = true;
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
  isQueueDown = true;
  await slack.mention({ channel, user: 'U1', text: 'the canary' });
  isStoreDown = true;
  await slack.mention({ channel, user: 'U1', text: 'the canary' });
  expect(log.lines.length).toBeGreaterThan(0);
  expect(JSON.stringify(log.lines)).not.toContain('canary');
});
