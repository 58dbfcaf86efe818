import { describe, expect, it } from 'vitest';
import { maxFreeEdits } from '../../../src/conversation/answer-turn.ts';
import { buildWorld, finalOf, reference, saying } from '../../fakes/build-worker.ts';
import {
  beginDrain,
  drain,
  events,
  leftBehind,
  logged,
  never,
  texts,
  type World,
} from './drain-setup.ts';

/** Streams for three seconds, then repeats the question. */
const echo = (world: World) =>
  world.script(async function* (messages, { signal }) {
    const question = messages.at(-1)?.content ?? '';
    yield { type: 'status', phase: 'generating', reference };
    for (let second = 0; second < 3; second += 1) {
      await world.clock.sleep(1_000, { signal });
      yield { type: 'delta', text: `${question} ` };
    }
    yield finalOf(`Answer to ${question}`);
  });

describe('an edited question', () => {
  it('is answered as it stands when it was edited before anybody began', async () => {
    const world = buildWorld();
    echo(world);
    const turn = await world.ask('first');
    expect(await world.editQuestion(turn.id, 'second')).toBe(true);
    await drain(world, turn);
    expect(await world.turnNow(turn)).toMatchObject({ state: 'done', attempt: 1, revision: 1 });
    expect(texts(world)).toEqual(['Answer to second']);
  });

  it('is answered when the edit heals what was refused at the door', async () => {
    const world = buildWorld();
    echo(world);
    const turn = await world.ask('');
    expect(turn.error?.code).toBe('question_empty');
    await world.editQuestion(turn.id, 'How many days?');
    await drain(world, turn);
    expect(texts(world)).toEqual(['Answer to How many days?']);
    expect((await world.turnNow(turn)).error).toBeUndefined();
  });

  it('begins its running answer anew at once, in the same message, and the attempt does not count', async () => {
    const world = buildWorld();
    echo(world);
    const turn = await world.ask('first');
    const end = await beginDrain(world, turn, { forMs: 1_500 });
    expect(texts(world)).toEqual(['first']);
    await world.editQuestion(turn.id, 'second');
    await world.clock.advance(1_500);
    expect(texts(world)).toEqual(['second']);
    await end();
    expect(await world.turnNow(turn)).toMatchObject({
      state: 'done',
      open: false,
      attempt: 1,
      revision: 1,
      question: { text: 'second' },
      answer: { text: 'Answer to second' },
    });
    expect(world.speaker.timeline.filter(({ kind }) => kind === 'post')).toHaveLength(1);
    const types = (await logged(world, turn)).map(({ type }) => type);
    expect(types.filter((type) => type === 'reset')).toHaveLength(2);
    expect(types.filter((type) => type === 'final')).toHaveLength(1);
  });

  it('is seen at the next renewal when the signal was lost', async () => {
    const world = buildWorld();
    world.script(async function* (messages, { signal }) {
      await world.clock.sleep(25_000, { signal });
      yield finalOf(`Answer to ${messages.at(-1)?.content}`);
    });
    const turn = await world.ask('first');
    const end = await beginDrain(world, turn, { forMs: 1_000 });
    await world.store.changes.editQuestion(turn.id, 'second');
    await world.clock.advance(10_000);
    expect(events(world)).toContain('question edited, its answer begins anew');
    await end();
    expect(texts(world)).toEqual(['Answer to second']);
  });

  it('is not lost between claim and start', async () => {
    const world = buildWorld();
    echo(world);
    const turn = await world.ask('first');
    const original = world.store.work.claimTurn;
    Object.assign(world.store.work, {
      claimTurn: async (...args: Parameters<typeof original>) => {
        const claimed = await original(...args);
        await world.store.changes.editQuestion(turn.id, 'second');
        return claimed;
      },
    });
    await drain(world, turn);
    expect((await world.turnNow(turn)).answer?.text).toBe('Answer to second');
  });

  it('is not lost while the answer to the one before is stored: it is answered, and that answer never shown', async () => {
    const world = buildWorld();
    world.script(async function* (messages) {
      yield finalOf(`Answer to ${messages.at(-1)?.content}`);
    });
    const turn = await world.ask('first');
    const original = world.store.work.updateAtRevision;
    Object.assign(world.store.work, {
      updateAtRevision: async (...args: Parameters<typeof original>) => {
        await world.store.changes.editQuestion(turn.id, 'second');
        return original(...args);
      },
    });
    await drain(world, turn);
    expect(await world.turnNow(turn)).toMatchObject({
      state: 'done',
      answer: { text: 'Answer to second' },
    });
    expect(world.speaker.timeline.map(({ text }) => text).join()).not.toContain('to first');
  });

  it('becomes an offer to answer again when it comes after the answer was stored, while that is delivered', async () => {
    const world = buildWorld();
    world.script(async function* () {
      yield finalOf('Answer.');
    });
    const turn = await world.ask('first');
    const original = world.store.work.updateAtRevision;
    Object.assign(world.store.work, {
      updateAtRevision: async (...args: Parameters<typeof original>) => {
        const stored = await original(...args);
        await world.store.changes.editQuestion(turn.id, 'second');
        return stored;
      },
    });
    await drain(world, turn);
    expect(await world.turnNow(turn)).toMatchObject({
      state: 'done',
      open: false,
      question: { text: 'first' },
      editedText: 'second',
      refreshReply: false,
    });
    expect(world.speaker.timeline.map(({ kind }) => kind)).toEqual(['post', 'edit']);
  });

  it('counts from the tenth edit on, so that the thread goes on', async () => {
    const world = buildWorld();
    world.script(saying('never ends', { clock: world.clock, everyMs: 1_000_000 }));
    const restless = await world.ask('edit 0', { ts: '1.1' });
    const patient = await world.ask('patient', { ts: '1.2' });
    const end = await beginDrain(world, restless, { forMs: 100 });
    for (let edit = 1; edit <= maxFreeEdits; edit += 1) {
      await world.editQuestion(restless.id, `edit ${edit}`);
      await world.clock.advance(100);
      expect(await world.turnNow(restless)).toMatchObject({ state: 'running', attempt: 1 });
    }
    for (const attempt of [2, 3]) {
      await world.editQuestion(restless.id, `counted ${attempt}`);
      await world.clock.advance(100);
      expect(await world.turnNow(restless)).toMatchObject({ state: 'running', attempt });
    }
    echo(world);
    await world.editQuestion(restless.id, 'once too often');
    await end();
    expect(await world.turnNow(restless)).toMatchObject({
      state: 'failed',
      error: { code: 'attempts_exhausted' },
    });
    expect((await world.turnNow(patient)).state).toBe('done');
  });

  it('stays a stopped one when it was stopped first', async () => {
    const world = buildWorld();
    echo(world);
    const turn = await world.ask('first');
    const end = await beginDrain(world, turn, { forMs: 1_500 });
    await world.cancelTurn(turn.id, { removeReply: false });
    expect(await world.editQuestion(turn.id, 'second')).toBe(true);
    await end();
    expect(await world.turnNow(turn)).toMatchObject({
      state: 'cancelled',
      open: false,
      question: { text: 'first' },
      answer: { text: 'first ', unfinished: 'stopped' },
    });
  });

  it('is stopped when it was edited first', async () => {
    const world = buildWorld();
    echo(world);
    const turn = await world.ask('first');
    const end = await beginDrain(world, turn, { forMs: 1_500 });
    await world.store.changes.editQuestion(turn.id, 'second');
    await world.cancelTurn(turn.id, { removeReply: false });
    await end();
    expect(await world.turnNow(turn)).toMatchObject({ state: 'cancelled', open: false });
  });

  it('is answered by the next owner when the worker dies right after the edit', async () => {
    const world = buildWorld();
    echo(world);
    const turn = await world.ask('first');
    await leftBehind(world, turn, { state: 'running', attempt: 1 });
    await world.editQuestion(turn.id, 'second');
    await drain(world, turn, { forMs: 60_000 });
    expect(await world.turnNow(turn)).toMatchObject({ state: 'done', attempt: 2 });
    expect(texts(world)).toEqual(['Answer to second']);
  });

  it('is handed over with its new text when the worker stops', async () => {
    const world = buildWorld();
    echo(world);
    const turn = await world.ask('first');
    const shutdown = new AbortController();
    const end = await beginDrain(world, turn, { forMs: 1_500, signal: shutdown.signal });
    await world.editQuestion(turn.id, 'second');
    await world.clock.advance(1_200);
    shutdown.abort();
    await end();
    expect(await world.turnNow(turn)).toMatchObject({ state: 'queued', attempt: 0, revision: 1 });
    await drain(world, turn, { as: 'w2' });
    expect(texts(world)).toEqual(['Answer to second']);
    expect(await world.turnNow(turn)).toMatchObject({ state: 'done', attempt: 1 });
  });
});

describe('a question that is edited after its answer', () => {
  const answered = async () => {
    const world = buildWorld();
    world.script(async function* () {
      yield finalOf('Answer.');
    });
    const turn = await world.ask('first');
    await drain(world, turn);
    return { world, turn };
  };
  const puts = (world: World) => world.speaker.timeline.filter(({ kind }) => kind === 'edit');

  it('keeps its answer, whose message is put once more', async () => {
    const { world, turn } = await answered();
    await world.editQuestion(turn.id, 'second');
    expect(world.woken.at(-1)).toBe(turn.conversationId);
    await drain(world, turn);
    expect(await world.turnNow(turn)).toMatchObject({
      state: 'done',
      open: false,
      question: { text: 'first' },
      editedText: 'second',
      refreshReply: false,
    });
    expect(texts(world)).toEqual(['Answer.']);
    expect(puts(world)).toHaveLength(1);
  });

  it('puts nothing more for an edit that changes nothing', async () => {
    const { world, turn } = await answered();
    await world.editQuestion(turn.id, 'first');
    await world.editQuestion(turn.id, '   ');
    await world.editQuestion(turn.id, 'x'.repeat(16_001));
    await drain(world, turn);
    expect((await world.turnNow(turn)).editedText).toBeUndefined();
    expect(puts(world)).toEqual([]);
  });

  it('puts it once more when an edit comes while it is put', async () => {
    const { world, turn } = await answered();
    await world.editQuestion(turn.id, 'second');
    const original = world.store.work.updateTurn;
    let edits = 0;
    Object.assign(world.store.work, {
      updateTurn: async (...args: Parameters<typeof original>) => {
        if (args[2].refreshReply === false && edits === 0) {
          edits += 1;
          await world.store.changes.editQuestion(turn.id, 'first');
        }
        return original(...args);
      },
    });
    await drain(world, turn);
    expect(await world.turnNow(turn)).toMatchObject({ open: false, refreshReply: false });
    expect((await world.turnNow(turn)).editedText).toBeUndefined();
    expect(puts(world)).toHaveLength(2);
  });

  it('is taken up by the next owner when the worker dies before, or after, it was put', async () => {
    const { world, turn } = await answered();
    await world.editQuestion(turn.id, 'second');
    await leftBehind(world, turn, { deliveries: 2 });
    await drain(world, turn, { forMs: 60_000 });
    expect(await world.turnNow(turn)).toMatchObject({ open: false, refreshReply: false });
    expect(puts(world)).toHaveLength(1);
  });

  it('is given up after puts that nobody survived', async () => {
    const { world, turn } = await answered();
    await world.editQuestion(turn.id, 'second');
    await leftBehind(world, turn, { deliveries: 3 });
    await drain(world, turn, { forMs: 60_000 });
    expect(await world.turnNow(turn)).toMatchObject({ state: 'done', open: false });
    expect(puts(world)).toEqual([]);
  });

  it('waits for the next worker when this one stops while the platform is away', async () => {
    const { world, turn } = await answered();
    await world.editQuestion(turn.id, 'second');
    world.speaker.failNext({ code: 'platform_unavailable' }, { code: 'platform_unavailable' });
    const shutdown = new AbortController();
    const end = await beginDrain(world, turn, { forMs: 500, signal: shutdown.signal });
    shutdown.abort();
    await end();
    expect(await world.turnNow(turn)).toMatchObject({ open: true, refreshReply: true });
    await drain(world, turn, { as: 'w2' });
    expect(await world.turnNow(turn)).toMatchObject({ open: false, deliveries: 1 });
  });

  it('recreates nothing when a person took the reply away', async () => {
    const { world, turn } = await answered();
    world.speaker.deleteByPerson('m1');
    await world.editQuestion(turn.id, 'second');
    await drain(world, turn);
    expect(await world.turnNow(turn)).toMatchObject({ state: 'done', open: false });
    expect(world.speaker.messages).toEqual([]);
  });

  it('loses against a deletion: the reply goes', async () => {
    const { world, turn } = await answered();
    await world.editQuestion(turn.id, 'second');
    await world.cancelTurn(turn.id, { removeReply: true });
    await drain(world, turn);
    expect(await world.turnNow(turn)).toMatchObject({ state: 'cancelled', open: false, parts: [] });
    expect(world.speaker.messages).toEqual([]);
    expect(await world.editQuestion(turn.id, 'third')).toBe(true);
    await drain(world, turn);
    expect(await world.turnNow(turn)).toMatchObject({ state: 'cancelled', open: false });
  });

  it('does not hold up a question that waits', async () => {
    const { world, turn } = await answered();
    await world.editQuestion(turn.id, 'second');
    const next = await world.ask('next', { ts: '2.2' });
    await world.drainAs('w1')(turn.conversationId, { signal: never });
    expect((await world.turnNow(next)).state).toBe('done');
  });

  it('says whether there is such a turn', async () => {
    const { world, turn } = await answered();
    expect(await world.editQuestion(turn.id, '')).toBe(true);
    expect(await world.editQuestion('none' as typeof turn.id, 'second')).toBe(false);
  });
});
