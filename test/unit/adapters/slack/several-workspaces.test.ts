/** Several workspaces at once: each is listened to, looked into and answered with its own token, and one that leaves takes nothing else along. */
import { type ServerType, serve } from '@hono/node-server';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createSlackSpeaker } from '../../../../adapters/slack/slack-speaker.ts';
import { createCancelTurn } from '../../../../src/conversation/cancel-turn.ts';
import { createReceiveQuestion } from '../../../../src/conversation/receive-question.ts';
import { asId, newConversationId } from '../../../../src/domain/ids.ts';
import type { Turn } from '../../../../src/domain/turn.ts';
import { slackConversationKey } from '../../../../src/domain/turn-id.ts';
import { createMemoryStore } from '../../../../src/drivers/memory/memory-store.ts';
import type { Speaker } from '../../../../src/ports/speaker.ts';
import { buildWorld, saying } from '../../../fakes/build-worker.ts';
import { createSlackInbound } from '../../../fakes/slack-inbound.ts';
import { startInstallWorld } from '../../../fakes/slack-installing.ts';

const { signal } = new AbortController();
const put = { final: true, signal } as const;
/** Ids of channels and people are not unique over workspaces: both have the same. */
const channelOf = (team: string) => `C${team}`;
const userOf = (team: string) => `U${team}`;

const start = async (overrides: { readonly installations?: undefined } = {}) => {
  const world = await startInstallWorld();
  const { slack, clock, log } = world;
  for (const teamId of ['T1', 'T2', 'T3', 'T4']) {
    slack.addChannel({ id: channelOf(teamId), teamId });
    slack.addUser({ id: userOf(teamId), teamId });
  }
  const store = createMemoryStore({ clock });
  const queue = { wake: async () => undefined };
  const inbound = createSlackInbound({
    ...world,
    settings: { ...world.settings, signingSecret: 'secret' },
    receiveQuestion: createReceiveQuestion({
      ...{ ...store, queue, log, newConversationId, now: clock.now },
    }),
    cancelTurn: createCancelTurn({ ...store, queue, log, stopSignal: { publish: async () => {} } }),
    ...store,
    ...overrides,
    ...{ editQuestion: async () => false, rateAnswer: async () => false },
    askAgain: async () => undefined,
    dialogs: { listDialogs: async () => [], listKnowledgeBases: async () => [] },
    followUps: true,
    looksLikeQuestion: () => false,
    placeOf: () => ({ dialogId: asId('default'), listen: 'mention' }),
  });
  await new Promise<void>((resolve) => {
    const server: ServerType = serve(
      { fetch: inbound.handle, port: 0, hostname: '127.0.0.1' },
      ({ port }) => {
        slack.sendEventsTo(`http://127.0.0.1:${port}/slack/events`);
        resolve();
      },
    );
    onTestFinished(() => new Promise((closed) => server.close(() => closed())));
  });
  const behaviour = { nativeStreams: false, editsPerMinute: 50 };
  const speaker = createSlackSpeaker({ ...world, behaviour, stopTurn: () => undefined });
  const ask = async (team: string) => {
    const sent = await slack.mention({
      ...{ channel: channelOf(team), user: userOf(team), text: `Hello from ${team}?` },
      events: ['app_mention'],
    });
    const key = slackConversationKey({ team, channel: channelOf(team), rootTs: sent.ts });
    const conversation = await store.conversations.findConversation(key);
    const turns = conversation === undefined ? [] : await store.turns.listTurns(conversation.id);
    return { statuses: sent.deliveries.map(({ status }) => status), turn: turns[0] };
  };
  const answer = async (team: string, turn: Turn | undefined) => {
    if (turn === undefined) throw new Error(`no turn of ${team}`);
    const reply = speaker.openReply(turn, { parts: [], firstAttempt: true });
    await reply.putPart(0, `For ${team}`, put);
    await reply.putPart(0, `For ${team}, whole`, put);
    await reply.removeStrays({ signal });
  };
  return { ...world, store, speaker, ask, answer };
};

describe('two workspaces', () => {
  test('are served at once, each with its own token and with the scopes of the manifest alone', async () => {
    const world = await start();
    for (const teamId of ['T1', 'T2']) await world.install({ teamId });
    const before = world.slack.calls().length;
    const round = async (team: string) => {
      const { statuses, turn } = await world.ask(team);
      expect(statuses).toEqual([200]);
      expect(turn?.audience).toBe('team');
      await world.answer(team, turn);
    };
    await Promise.all(Array.from({ length: 20 }, (_, index) => round(index % 2 ? 'T1' : 'T2')));

    const calls = world.slack.calls().slice(before);
    expect(calls.length).toBeGreaterThan(60);
    expect(calls.filter(({ error }) => error !== undefined)).toEqual([]);
    for (const { args, teamId } of calls) {
      if ('channel' in args) expect(args['channel']).toBe(channelOf(teamId ?? ''));
      if ('user' in args) expect(args['user']).toBe(userOf(teamId ?? ''));
    }
    for (const team of ['T1', 'T2']) {
      const texts = world.slack.botMessages(channelOf(team)).map(({ text }) => text);
      expect(texts).toEqual(Array(10).fill(`For ${team}, whole`));
    }
  });

  test('would be refused with each other’s token', async () => {
    const world = await start();
    for (const teamId of ['T1', 'T2']) await world.install({ teamId });
    const { turn } = await world.ask('T1');
    const inAnother = { ...turn, replyTo: { ...turn?.replyTo, team: 'T2' } } as Turn;
    await expect(world.answer('T1', inAnother)).rejects.toMatchObject({
      code: 'platform_forbidden',
      details: { slackCode: 'channel_not_found' },
    });
  });
});

describe('an organisation', () => {
  test('is served in all of its workspaces', async () => {
    const world = await start();
    await world.install({ enterpriseId: 'E1' });
    for (const team of ['T3', 'T4']) {
      const { statuses, turn } = await world.ask(team);
      expect(statuses).toEqual([200]);
      expect(turn?.audience).toBe('team');
    }
    expect(world.slack.calls('users.info').map(({ teamId }) => teamId)).toEqual(['T3', 'T4']);
  });

  test('that removes the app is forgotten with all of them', async () => {
    const world = await start();
    await world.install({ enterpriseId: 'E1' });
    await world.install({ teamId: 'T1' });
    await world.slack.uninstall({ enterpriseId: 'E1' });
    expect((await world.installations.list()).map(({ key }) => key)).toEqual(['T1']);
  });
});

describe('a workspace that removes the app', () => {
  test.each([
    'app_uninstalled',
    'tokens_revoked',
  ] as const)('is forgotten when %s comes first, and the others go on', async (first) => {
    const world = await start();
    for (const teamId of ['T1', 'T2']) await world.install({ teamId });
    const deliveries = await world.slack.uninstall({
      teamId: 'T1',
      ...(first === 'tokens_revoked' && { eventsFirst: first }),
    });
    expect(deliveries.map(({ status }) => status)).toEqual([200, 200]);
    expect((await world.installations.list()).map(({ key }) => key)).toEqual(['T2']);
    const { statuses, turn } = await world.ask('T1');
    expect([statuses, turn]).toEqual([[200], undefined]);
    await world.answer('T2', (await world.ask('T2')).turn);
  });

  test('and installs again stays, though Slack tells of the removing once more', async () => {
    const world = await start();
    await world.install({ teamId: 'T1' });
    await world.slack.uninstall({ teamId: 'T1' });
    await world.install({ teamId: 'T1' });
    for (const type of ['app_uninstalled', 'tokens_revoked'] as const)
      expect((await world.slack.sendUninstallEvent({ teamId: 'T1' }, type)).status).toBe(200);
    expect((await world.ask('T1')).turn).toBeDefined();
  });

  test('is told once more when Slack could not be asked', async () => {
    const world = await start();
    await world.install({ teamId: 'T1' });
    world.slack.setTokenState('account_inactive', 'T1');
    world.slack.failNext('auth.test', { status: 503 });
    expect((await world.slack.sendUninstallEvent({ teamId: 'T1' })).status).toBe(500);
    expect((await world.slack.sendUninstallEvent({ teamId: 'T1' })).status).toBe(200);
    expect(await world.installations.list()).toEqual([]);
  });

  test('ends its open turns at once: nobody answers, and nobody tries again', async () => {
    const { speaker: real } = await start();
    const readable = (turn: Turn): Turn => ({ ...turn, replyTo: { ...turn.replyTo, user: 'U1' } });
    const speaker: Speaker = {
      ...real,
      editBucket: (turn) => real.editBucket(readable(turn)),
      openReply: (turn, options) => real.openReply(readable(turn), options),
    };
    const worker = buildWorld();
    const turn = await worker.ask('How many days?');
    worker.script(saying('You have 28 days [ID:0].', { clock: worker.clock }));
    const drained = worker.drainAs('w1', speaker)(turn.conversationId, { signal });
    await worker.clock.advance(10_000);
    await drained;
    expect(await worker.turnNow(turn)).toMatchObject({
      state: 'failed',
      open: false,
      attempt: 1,
      error: { code: 'installation_missing' },
    });
  });
});

test('a workspace whose one token stands in the configuration is told of in the log', async () => {
  const world = await start({ installations: undefined });
  expect((await world.slack.sendUninstallEvent({ teamId: 'T1' })).status).toBe(200);
  expect(world.log.lines.at(-1)).toMatchObject({ level: 'error', event: 'slack app taken away' });
});
