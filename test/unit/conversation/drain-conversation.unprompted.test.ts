import { describe, expect, it } from 'vitest';
import { BotError } from '../../../src/domain/errors.ts';
import { buildWorld, finalOf, saying } from '../../fakes/build-worker.ts';
import { beginDrain, drain, leftBehind, type World } from './drain-setup.ts';

const askNobody = (world: World, text = 'Is the office open?') =>
  world.ask(text, { unprompted: true });

describe('a question that nobody put to the bot', () => {
  it('shows nothing until its answer is known, then the whole answer', async () => {
    const world = buildWorld();
    world.script(saying('It is open [ID:0].', { clock: world.clock, everyMs: 1_000 }));
    const turn = await askNobody(world);
    const end = await beginDrain(world, turn, { forMs: 3_900 });
    expect(world.speaker.calls).toEqual([{ kind: 'thread', turnId: turn.id }]);
    await end();
    expect(await world.turnNow(turn)).toMatchObject({ state: 'done', parts: [{ index: 0 }] });
    expect(world.speaker.timeline.map(({ kind, text }) => [kind, text.split('\n')[0]])).toEqual([
      ['post', 'It is open [1].'],
    ]);
  });

  it('asks the pipeline to answer only what it knows', async () => {
    const world = buildWorld();
    const asked: (boolean | undefined)[] = [];
    world.script(async function* (_messages, { onlyIfKnown }) {
      asked.push(onlyIfKnown);
      yield finalOf('ok');
    });
    await drain(world, await askNobody(world));
    await drain(world, await world.ask('How many days?', { ts: '2.2' }));
    expect(asked).toEqual([true, undefined]);
  });

  it('ends in silence, with a code of its own, when the documents do not answer it', async () => {
    const world = buildWorld();
    world.script(async function* () {
      yield { type: 'delta', text: 'I do not know' };
      throw new BotError('answer_withheld');
    });
    const turn = await askNobody(world);
    await drain(world, turn);
    expect(await world.turnNow(turn)).toMatchObject({
      state: 'failed',
      open: false,
      error: { code: 'answer_withheld' },
    });
    expect(await world.turnNow(turn)).not.toHaveProperty('answer');
    expect(world.speaker.timeline).toEqual([]);
    expect(world.log.lines).toContainEqual({
      level: 'info',
      event: 'answer failed',
      details: { turnId: turn.id, code: 'answer_withheld' },
    });
  });

  it('stays out of the history of what is asked after it', async () => {
    const world = buildWorld();
    const seen: string[] = [];
    world.script(async function* (messages, { onlyIfKnown = false }) {
      if (onlyIfKnown) throw new BotError('answer_withheld');
      seen.push(...messages.map(({ content }) => content));
      yield finalOf('ok');
    });
    await drain(world, await askNobody(world));
    await drain(world, await world.ask('And now?', { ts: '2.2' }));
    expect(seen).toEqual(['And now?']);
  });

  it.each([
    'model_unavailable',
    'model_context_overflow',
    'internal',
  ] as const)('is silent about %s, and an operator sees it', async (code) => {
    const world = buildWorld();
    world.script(async function* () {
      yield { type: 'delta', text: 'half' };
      throw new BotError(code);
    });
    const turn = await askNobody(world);
    await drain(world, turn);
    expect(await world.turnNow(turn)).toMatchObject({ state: 'failed', error: { code } });
    expect(world.speaker.timeline).toEqual([]);
    expect(world.log.lines).toContainEqual({
      level: 'warn',
      event: 'answer failed',
      details: { turnId: turn.id, code },
    });
  });

  it('tells nobody in private that the place refuses the bot', async () => {
    const world = buildWorld();
    world.speaker.removeBot();
    const turn = await askNobody(world);
    await drain(world, turn);
    expect(await world.turnNow(turn)).toMatchObject({
      state: 'failed',
      error: { code: 'platform_forbidden' },
    });
    expect(world.speaker.timeline).toEqual([]);
  });

  it('is silent after its last attempt', async () => {
    const world = buildWorld();
    const turn = await askNobody(world);
    await leftBehind(world, turn, { state: 'running', attempt: 3 });
    await drain(world, turn, { forMs: 40_000 });
    expect(await world.turnNow(turn)).toMatchObject({
      state: 'failed',
      error: { code: 'attempts_exhausted' },
    });
    expect(world.speaker.timeline).toEqual([]);
  });

  it('has no place in the queue, and none is counted for it', async () => {
    const world = buildWorld();
    world.script(saying('One two three four.', { clock: world.clock, everyMs: 1_000 }));
    const first = await world.ask('q1', { ts: '1.5' });
    const overheard = await world.ask('q2', { ts: '2.5', unprompted: true });
    const third = await world.ask('q3', { ts: '3.5' });
    const end = await beginDrain(world, first, { forMs: 3_000 });
    const shown = (turnId: string) =>
      world.speaker.timeline.filter((one) => one.turnId === turnId).map(({ text }) => text);
    expect(shown(overheard.id)).toEqual([]);
    expect(shown(third.id)).toEqual(['_Waiting: one question comes before yours._']);
    await end();
  });

  it('is forgotten without a word when its message is deleted, or when it is stopped', async () => {
    for (const removeReply of [true, false]) {
      const world = buildWorld();
      world.script(saying('It is open [ID:0].', { clock: world.clock, everyMs: 1_000 }));
      const turn = await askNobody(world);
      const end = await beginDrain(world, turn, { forMs: 2_000 });
      await world.cancelTurn(turn.id, { removeReply });
      await end();
      expect(await world.turnNow(turn)).toMatchObject({ state: 'cancelled', open: false });
      expect(world.speaker.timeline).toEqual([]);
    }
  });

  it('is silent when its message is edited after it was withheld', async () => {
    const world = buildWorld();
    world.script(async function* () {
      yield* [];
      throw new BotError('answer_withheld');
    });
    const turn = await askNobody(world);
    await drain(world, turn);
    await world.editQuestion(turn.id, 'Something else?');
    await drain(world, turn);
    expect(await world.turnNow(turn)).toMatchObject({ state: 'failed', open: false });
    expect(world.speaker.timeline).toEqual([]);
  });

  it('is delivered by the next owner when the worker dies with the answer stored', async () => {
    const world = buildWorld();
    const turn = await askNobody(world);
    await leftBehind(world, turn, {
      state: 'answered',
      attempt: 1,
      deliveries: 1,
      answer: { text: 'It is open [ID:0].' },
    });
    await drain(world, turn, { forMs: 40_000 });
    expect((await world.turnNow(turn)).state).toBe('done');
    expect(world.speaker.messages).toHaveLength(1);
  });
});
