import { describe, expect, it } from 'vitest';
import { BotError } from '../../../src/domain/errors.ts';
import { buildWorld, saying } from '../../fakes/build-worker.ts';
import { beginDrain, drain, leftBehind, never, texts, type World } from './drain-setup.ts';

const command = (world: World) =>
  world.ask('How many days?', { replyTo: { channel: 'C1', command: 't1' } });
const threadsMade = (world: World): number =>
  world.speaker.calls.filter(({ kind }) => kind === 'thread').length;

describe('a command', () => {
  it('is answered in a thread made for it, in which follow-ups find its conversation', async () => {
    const world = buildWorld();
    const turn = await command(world);
    await drain(world, turn);
    const thread = world.speaker.threads.get(turn.id);
    expect(await world.turnNow(turn)).toMatchObject({ state: 'done', replyTo: thread?.replyTo });
    const found = await world.store.conversations.findConversation(thread?.conversationKey ?? '');
    expect(found?.id).toBe(turn.conversationId);
    expect(texts(world)).toEqual(['Hello there.']);
  });

  it('has its thread before anything else is shown', async () => {
    const world = buildWorld();
    world.script(saying('One two three.', { clock: world.clock, everyMs: 1_000 }));
    const turn = await command(world);
    const end = await beginDrain(world, turn, { forMs: 1_500 });
    expect(world.speaker.calls[0]).toEqual({ kind: 'thread', turnId: turn.id });
    expect((await world.turnNow(turn)).replyTo).toEqual(
      world.speaker.threads.get(turn.id)?.replyTo,
    );
    await end();
  });

  it.each([
    ['before its thread was made', 0],
    ['between the post and the attaching', 1],
    ['between the attaching and the address', 2],
    ['after the address was stored', 3],
  ] as const)('has one thread when its worker dies %s', async (_, steps) => {
    const world = buildWorld();
    const turn = await command(world);
    await leftBehind(world, turn, { state: 'running', attempt: 1 });
    const dead = world.speaker.openReply(turn, { parts: [], firstAttempt: true });
    const thread = steps > 0 ? await dead.openThread({ signal: never }) : undefined;
    const { conversations } = world.store;
    if (thread !== undefined && steps > 1)
      await conversations.attachThread(turn.conversationId, thread.conversationKey);
    if (thread !== undefined && steps > 2) {
      const { replyTo } = thread;
      await leftBehind(world, turn, { replyTo });
    }
    await drain(world, turn, { forMs: 60_000 });
    const made = world.speaker.threads.get(turn.id);
    expect(world.speaker.threads.size).toBe(1);
    if (thread !== undefined) expect(made).toEqual(thread);
    expect(await world.turnNow(turn)).toMatchObject({ state: 'done', replyTo: made?.replyTo });
    const found = await conversations.findConversation(made?.conversationKey ?? '');
    expect(found?.id).toBe(turn.conversationId);
  });

  it('waits while the platform is away or the store is, and makes one thread', async () => {
    const world = buildWorld();
    world.speaker.failNext(
      { code: 'platform_rate_limited', retryAfterMs: 2_000 },
      { code: 'platform_unavailable', landed: true },
    );
    const original = world.store.conversations.attachThread;
    let away = 3;
    Object.assign(world.store.conversations, {
      attachThread: async (...args: Parameters<typeof original>) => {
        away -= 1;
        if (away >= 0) throw new BotError('store_unavailable');
        return original(...args);
      },
    });
    const turn = await command(world);
    await drain(world, turn, { forMs: 30_000 });
    expect((await world.turnNow(turn)).state).toBe('done');
    expect(world.speaker.threads.size).toBe(1);
    expect(threadsMade(world)).toBe(3);
  });

  it('goes on where somebody asked in its thread before it was attached', async () => {
    const world = buildWorld();
    const turn = await command(world);
    Object.assign(world.store.conversations, { attachThread: async () => false });
    await drain(world, turn);
    expect((await world.turnNow(turn)).state).toBe('done');
    expect(world.log.lines.map(({ event }) => event)).toContain(
      'thread has a conversation already',
    );
  });

  it('tells the asker in private when the bot may not write there', async () => {
    const world = buildWorld();
    world.speaker.removeBot();
    const turn = await command(world);
    await drain(world, turn);
    expect(await world.turnNow(turn)).toMatchObject({
      state: 'failed',
      error: { code: 'platform_forbidden' },
    });
    expect(world.speaker.timeline.map(({ kind, text }) => [kind, text])).toEqual([
      ['notice', 'platform_forbidden'],
    ]);
  });

  it('is handed over, without a counted attempt, when the worker stops before its thread stands', async () => {
    const world = buildWorld();
    world.speaker.failNext({ code: 'platform_rate_limited', retryAfterMs: 60_000 });
    const turn = await command(world);
    const shutdown = new AbortController();
    const end = await beginDrain(world, turn, { forMs: 1_000, signal: shutdown.signal });
    shutdown.abort();
    await end();
    expect(await world.turnNow(turn)).toMatchObject({ state: 'queued', attempt: 0 });
    await drain(world, turn, { as: 'w2' });
    expect((await world.turnNow(turn)).state).toBe('done');
    expect(world.speaker.threads.size).toBe(1);
  });

  it('makes no thread after its last attempt', async () => {
    const world = buildWorld();
    const turn = await command(world);
    await leftBehind(world, turn, { state: 'running', attempt: 3 });
    await drain(world, turn, { forMs: 40_000 });
    expect((await world.turnNow(turn)).error?.code).toBe('attempts_exhausted');
    expect(threadsMade(world)).toBe(0);
  });
});
