import { describe, expect, it } from 'vitest';
import { BotError } from '../../../src/domain/errors.ts';
import { asId, type WorkerId } from '../../../src/domain/ids.ts';
import type { Turn } from '../../../src/domain/turn.ts';
import { buildWorld, finalOf, lease, reference, saying } from '../../fakes/build-worker.ts';
import { drain, logged, never, type World } from './drain-setup.ts';

describe('drainConversation', () => {
  it('answers a question in one message and leaves nothing open', async () => {
    const world = buildWorld();
    const turn = await world.ask('How many days?');
    world.script(saying('You have 28 days [ID:0].', { clock: world.clock }));
    await drain(world, turn);
    expect(await world.turnNow(turn)).toMatchObject({
      state: 'done',
      open: false,
      attempt: 1,
      answer: { text: 'You have 28 days [ID:0].' },
    });
    expect(world.speaker.messages.map((one) => one.text)).toEqual([
      'You have 28 days [1].\n\n**Sources**\n1. Leave — Days: “Everybody has 28 days of leave a year.”',
    ]);
    expect((await logged(world, turn)).map((event) => event.type)).toEqual([
      'reset',
      'delta',
      'delta',
      'delta',
      'delta',
      'delta',
      'final',
    ]);
    expect(
      await world.store.leases.acquireLease(turn.conversationId, {
        owner: asId<WorkerId>('w2'),
        leaseMs: 1,
      }),
    ).toBeGreaterThan(1);
  });

  it('answers five questions of one thread in the order of asking, with the earlier ones as history', async () => {
    const world = buildWorld();
    const seen: string[][] = [];
    world.script(async function* (messages) {
      seen.push(messages.map((message) => `${message.role}: ${message.content}`));
      yield { type: 'delta', text: 'ok' };
      yield finalOf('ok');
    });
    const turns: Turn[] = [];
    for (const n of [3, 1, 2]) turns.push(await world.ask(`q${n}`, { ts: `${n}.5` }));
    await drain(world, turns[0] as Turn);
    expect(seen).toEqual([
      ['user: q1'],
      ['user: q1', 'assistant: ok', 'user: q2'],
      ['user: q1', 'assistant: ok', 'user: q2', 'assistant: ok', 'user: q3'],
    ]);
    for (const turn of turns) expect((await world.turnNow(turn)).state).toBe('done');
  });

  it('shows the questions that wait their place, in the message that their answer then takes', async () => {
    const world = buildWorld();
    world.script(saying('One two three.', { clock: world.clock, everyMs: 1_000 }));
    const turns: Turn[] = [];
    for (const n of [1, 2, 3]) turns.push(await world.ask(`q${n}`, { ts: `${n}.5` }));
    await drain(world, turns[0] as Turn, { forMs: 30_000 });
    const seen = (turn: Turn | undefined) =>
      world.speaker.timeline.filter((change) => change.turnId === turn?.id).map((one) => one.text);
    expect(seen(turns[2]).slice(0, 4)).toEqual([
      '_Waiting: 2 questions come before yours._',
      '_Waiting: one question comes before yours._',
      '_Writing…_',
      'One',
    ]);
    expect(seen(turns[0]).join()).not.toContain('Waiting');
    expect(world.speaker.messages).toHaveLength(3);
    for (const turn of turns) expect((await world.turnNow(turn)).parts).toHaveLength(1);
  });

  it('finds the place that a dead worker had posted, instead of posting again', async () => {
    const world = buildWorld();
    world.script(saying('One two three.', { clock: world.clock, everyMs: 1_000 }));
    const first = await world.ask('q1', { ts: '1.5' });
    const second = await world.ask('q2', { ts: '2.5' });
    world.speaker.failNext(
      { code: 'platform_rate_limited', retryAfterMs: 60_000 },
      { code: 'platform_unavailable', landed: true },
    );
    await drain(world, first, { forMs: 90_000 });
    expect(
      world.speaker.timeline.filter(
        (change) => change.turnId === second.id && change.kind === 'post',
      ),
    ).toHaveLength(1);
    expect((await world.turnNow(second)).state).toBe('done');
  });

  it('does nothing while another worker holds the lease', async () => {
    const world = buildWorld();
    const turn = await world.ask('q');
    await world.store.leases.acquireLease(turn.conversationId, {
      owner: asId<WorkerId>('w2'),
      leaseMs: 30_000,
    });
    await drain(world, turn);
    expect((await world.turnNow(turn)).state).toBe('queued');
    expect(world.speaker.calls).toEqual([]);
  });

  it('says a plain sentence when the model fails, and goes on with the next turn', async () => {
    const world = buildWorld();
    const first = await world.ask('q1', { ts: '1.1' });
    const second = await world.ask('q2', { ts: '1.2' });
    let calls = 0;
    world.script(async function* () {
      calls += 1;
      if (calls === 1) throw new BotError('model_unavailable');
      yield finalOf('Fine.');
    });
    await drain(world, first);
    expect(await world.turnNow(first)).toMatchObject({
      state: 'failed',
      error: { code: 'model_unavailable' },
    });
    expect((await world.turnNow(second)).state).toBe('done');
    expect(world.speaker.messages.map((one) => one.text)).toEqual([
      'I cannot reach the language model right now. Please ask again in a while.',
      'Fine.\n\n**Looked at**\n- Leave',
    ]);
    expect((await logged(world, first)).at(-1)).toEqual({
      type: 'error',
      code: 'model_unavailable',
    });
  });

  it.each([
    ['', 'question_empty'],
    ['x'.repeat(16_001), 'question_too_long'],
  ])('refuses a question once, in words, without keeping it (%#)', async (text, code) => {
    const world = buildWorld();
    const turn = await world.ask(text);
    await world.ask(text);
    expect(turn.question.text).toBe('');
    await drain(world, turn);
    expect(await world.turnNow(turn)).toMatchObject({ state: 'failed', error: { code } });
    expect(world.speaker.messages).toHaveLength(1);
  });

  it('says for how long the door refused a question', async () => {
    const world = buildWorld();
    const error = { code: 'asking_too_fast', retryAfterMs: 600_000 } as const;
    const turn = await world.ask('And now?', { error });
    await drain(world, turn);
    expect(await world.turnNow(turn)).toMatchObject({ state: 'failed', error });
    expect(world.speaker.messages.map((one) => one.text)).toEqual([
      'That was a little fast for me: please wait 10 minutes, then ask again.',
    ]);
    expect((await logged(world, turn)).at(-1)).toEqual({ type: 'error', code: error.code });
  });

  it('gives a turn up after three attempts that died, and says so', async () => {
    const world = buildWorld();
    const turn = await world.ask('poison');
    const hang = saying('never', { clock: world.clock, everyMs: 10_000_000 });
    world.script(hang);
    for (const worker of ['w1', 'w2', 'w3']) {
      const fence = await world.store.leases.acquireLease(turn.conversationId, {
        owner: asId<WorkerId>(worker),
        leaseMs: 30_000,
      });
      const claimed = await world.store.work.claimTurn(turn.conversationId, fence ?? 0);
      await world.store.work.updateTurn(turn.id, fence ?? 0, {
        state: 'running',
        attempt: (claimed?.attempt ?? 0) + 1,
      });
      await world.clock.advance(31_000);
    }
    await drain(world, turn, { forMs: 40_000 });
    expect(await world.turnNow(turn)).toMatchObject({
      state: 'failed',
      error: { code: 'attempts_exhausted' },
    });
    expect(world.speaker.messages[0]?.text).toMatch(/^I tried three times/);
  });

  it('hands a running answer over on shutdown: queued again, no attempt counted, the next worker goes on in the same message', async () => {
    const world = buildWorld();
    const turn = await world.ask('q');
    world.script(saying('One two three four five six.', { clock: world.clock, everyMs: 500 }));
    const shutdown = new AbortController();
    const drained = world.drainAs('w1')(turn.conversationId, { signal: shutdown.signal });
    await world.clock.advance(1_600);
    shutdown.abort();
    await world.clock.advance(1);
    await drained;
    expect(await world.turnNow(turn)).toMatchObject({
      state: 'queued',
      attempt: 0,
      parts: [{ index: 0 }],
    });
    expect(world.woken.at(-1)).toBe(turn.conversationId);
    const again = world.drainAs('w2')(turn.conversationId, { signal: never });
    await world.clock.advance(10_000);
    await again;
    expect(await world.turnNow(turn)).toMatchObject({ state: 'done', attempt: 1 });
    expect(world.speaker.messages.map((one) => one.text)).toEqual([
      'One two three four five six.\n\n**Looked at**\n- Leave',
    ]);
  });

  it('finds the message whose confirmation was lost before a hand-over', async () => {
    const world = buildWorld();
    const turn = await world.ask('q');
    world.script(saying('One two three.', { clock: world.clock, everyMs: 500 }));
    world.speaker.failNext({ code: 'platform_unavailable', landed: true });
    const shutdown = new AbortController();
    const drained = world.drainAs('w1')(turn.conversationId, { signal: shutdown.signal });
    await world.clock.advance(600);
    shutdown.abort();
    await world.clock.advance(1);
    await drained;
    expect(await world.turnNow(turn)).toMatchObject({ state: 'queued', attempt: 0, parts: [] });
    const again = world.drainAs('w2')(turn.conversationId, { signal: never });
    await world.clock.advance(10_000);
    await again;
    expect(world.speaker.messages.map((one) => one.text)).toEqual([
      'One two three.\n\n**Looked at**\n- Leave',
    ]);
  });

  it('only delivers an answer that was stored by a worker that died, and puts it again after one lease period', async () => {
    const world = buildWorld();
    const turn = await world.ask('q');
    const fence =
      (await world.store.leases.acquireLease(turn.conversationId, {
        owner: asId<WorkerId>('dead'),
        leaseMs: 30_000,
      })) ?? 0;
    await world.store.work.claimTurn(turn.conversationId, fence);
    await world.store.work.updateTurn(turn.id, fence, {
      state: 'answered',
      attempt: 1,
      deliveries: 1,
      answer: { text: 'Stored.' },
      reference,
    });
    await world.clock.advance(31_000);
    world.script(async function* () {
      yield finalOf('not asked again');
    });
    await drain(world, turn, { forMs: 40_000 });
    expect((await world.turnNow(turn)).state).toBe('done');
    const puts = world.speaker.timeline.map(({ kind, text }) => [kind, text.split('\n')[0]]);
    expect(puts).toEqual([
      ['post', 'Stored.'],
      ['edit', 'Stored.'],
    ]);
  });

  it('a worker that lost its lease writes nothing to the store', async () => {
    const world = buildWorld();
    const turn = await world.ask('q');
    world.script(saying('One two three four.', { clock: world.clock, everyMs: 2_000 }));
    const drained = world.drainAs('w1')(turn.conversationId, { signal: never });
    await world.clock.advance(3_000);
    // Another owner: the memory store is told that the lease ran out.
    const before = await world.turnNow(turn);
    world.store.leases.releaseLease(turn.conversationId, before.fence);
    const fence = await world.store.leases.acquireLease(turn.conversationId, {
      owner: asId<WorkerId>('w2'),
      leaseMs: 60_000,
    });
    const claimed = await world.store.work.claimTurn(turn.conversationId, fence ?? 0);
    await world.clock.advance(20_000);
    await drained;
    expect(await world.turnNow(turn)).toEqual(claimed);
    expect(world.log.lines.map((line) => line.event)).toContain('lease lost');
  });

  it('keeps the partial answer of a stopped turn, marked', async () => {
    const world = buildWorld();
    const turn = await world.ask('q');
    world.script(saying('One two three four.', { clock: world.clock, everyMs: 1_000 }));
    const drained = world.drainAs('w1')(turn.conversationId, { signal: never });
    await world.clock.advance(2_500);
    await world.cancelTurn(turn.id, { removeReply: false });
    await world.clock.advance(1_000);
    await drained;
    expect(await world.turnNow(turn)).toMatchObject({
      state: 'cancelled',
      answer: { text: 'One two ', unfinished: 'stopped' },
    });
    expect(world.speaker.messages[0]?.text).toBe(
      'One two\n\n_Stopped here._\n\n**Looked at**\n- Leave',
    );
  });

  it.each(['running', 'done'])('removes the reply of a deleted question (%s)', async (when) => {
    const world = buildWorld();
    const turn = await world.ask('q');
    world.script(saying('One two three four.', { clock: world.clock, everyMs: 1_000 }));
    if (when === 'done') await drain(world, turn);
    const drained = world.drainAs('w1')(turn.conversationId, { signal: never });
    await world.clock.advance(2_500);
    await world.cancelTurn(turn.id, { removeReply: true });
    await world.clock.advance(3_000);
    await drained;
    await drain(world, turn);
    expect(await world.turnNow(turn)).toMatchObject({ state: 'cancelled', open: false, parts: [] });
    expect(world.speaker.messages).toEqual([]);
  });

  it('stops the model and recreates nothing when a person deletes the reply', async () => {
    const world = buildWorld();
    const turn = await world.ask('q');
    world.script(saying('One two three four five.', { clock: world.clock, everyMs: 1_000 }));
    const drained = world.drainAs('w1')(turn.conversationId, { signal: never });
    await world.clock.advance(1_500);
    world.speaker.deleteByPerson('m1');
    await world.clock.advance(20_000);
    await drained;
    expect(await world.turnNow(turn)).toMatchObject({ state: 'cancelled', open: false });
    expect(world.speaker.messages).toEqual([]);
  });

  it('tells the asker in private when the bot was removed from the place', async () => {
    const world = buildWorld();
    const turn = await world.ask('q');
    world.speaker.removeBot();
    await drain(world, turn);
    expect(await world.turnNow(turn)).toMatchObject({
      state: 'failed',
      error: { code: 'platform_forbidden' },
    });
    expect(world.speaker.timeline.map(({ kind, text }) => [kind, text])).toEqual([
      ['notice', 'platform_forbidden'],
    ]);
  });

  it('survives a store that is away for less than a lease', async () => {
    const world = buildWorld();
    const turn = await world.ask('q');
    world.script(saying('One two three four.', { clock: world.clock, everyMs: 1_000 }));
    const original = world.store.work.updateTurn;
    let away = false;
    Object.assign(world.store.work, {
      updateTurn: async (...args: Parameters<typeof original>) => {
        if (away) throw new BotError('store_unavailable');
        return original(...args);
      },
    });
    const drained = world.drainAs('w1')(turn.conversationId, { signal: never });
    await world.clock.advance(3_500);
    away = true;
    await world.clock.advance(10_000);
    away = false;
    await world.clock.advance(5_000);
    await drained;
    expect((await world.turnNow(turn)).state).toBe('done');
    expect(lease.leaseMs).toBeGreaterThan(10_000);
  });

  it.each([
    { awayMs: 10_000, drains: 1, attempt: 1 },
    { awayMs: 2 * lease.leaseMs, drains: 2, attempt: 2 },
  ])('answers a question whose conversation could not be read for $awayMs ms', async (one) => {
    const world = buildWorld();
    const turn = await world.ask('q');
    const original = world.store.turns.listTurns;
    const backAt = world.clock.monotonic() + one.awayMs;
    Object.assign(world.store.turns, {
      listTurns: async (...args: Parameters<typeof original>) => {
        if (world.clock.monotonic() < backAt) throw new BotError('store_unavailable');
        return original(...args);
      },
    });
    Object.assign(world.store.leases, { renewLease: failingUntil(world, backAt) });
    for (let drains = 1; drains <= one.drains; drains += 1) {
      const drained = world.drainAs(`w${drains}`)(turn.conversationId, { signal: never });
      const outcome = Promise.allSettled([drained]);
      await world.clock.advance(one.awayMs + 10_000);
      await outcome;
    }
    expect(await world.turnNow(turn)).toMatchObject({ state: 'done', attempt: one.attempt });
    expect(world.speaker.messages.map(({ text }) => text.split('\n')[0])).toEqual(['Hello there.']);
  });
});

const failingUntil = (world: World, backAt: number) => {
  const original = world.store.leases.renewLease;
  return async (...args: Parameters<typeof original>) => {
    if (world.clock.monotonic() < backAt) throw new BotError('store_unavailable');
    return original(...args);
  };
};
