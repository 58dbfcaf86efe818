/** A turn that a person took back ends, whatever the platform says to it, and the next one is answered. */
import { describe, expect, it } from 'vitest';
import type { Turn } from '../../../src/domain/turn.ts';
import { buildWorld, saying } from '../../fakes/build-worker.ts';
import { beginDrain, drain, events, leftBehind, never, texts, type World } from './drain-setup.ts';

/** A worker died in mid-answer, and then the asker pressed "Stop"; somebody else asks behind it. */
const stoppedInTheMiddle = async () => {
  const world = buildWorld();
  const turn = await world.ask('first');
  const next = await world.ask('second', { ts: '1.2' });
  const platformId = await world.speaker
    .openReply(turn, { parts: [], firstAttempt: true })
    .putPart(0, 'Half an', { final: false, signal: never });
  const parts = [{ index: 0, platformId }];
  await leftBehind(world, turn, { state: 'running', attempt: 1, parts });
  await world.cancelTurn(turn.id, { removeReply: false });
  return { world, turn, next, platformId };
};
const endOf = async (world: World, turn: Turn) => {
  const { state, open } = await world.turnNow(turn);
  return { state, open };
};

describe('a turn that was stopped after its worker died', () => {
  it('says so in the message that stands', async () => {
    const { world, turn } = await stoppedInTheMiddle();
    await drain(world, turn);
    expect(await endOf(world, turn)).toEqual({ state: 'cancelled', open: false });
    expect(texts(world)).toEqual(['_Stopped before there was an answer._', 'Hello there.']);
  });

  it('ends where its message is gone, and the next question is answered', async () => {
    const { world, turn, next, platformId } = await stoppedInTheMiddle();
    world.speaker.deleteByPerson(platformId);
    await drain(world, turn);
    expect(await endOf(world, turn)).toEqual({ state: 'cancelled', open: false });
    expect(await endOf(world, next)).toEqual({ state: 'done', open: false });
    expect(events(world)).toContain('stop not shown');
    expect(texts(world)).toEqual(['Hello there.']);
  });

  it('ends where the bot was removed, and so does the next', async () => {
    const { world, turn, next } = await stoppedInTheMiddle();
    world.speaker.removeBot();
    await drain(world, turn);
    expect(await endOf(world, turn)).toEqual({ state: 'cancelled', open: false });
    expect(await endOf(world, next)).toEqual({ state: 'failed', open: false });
  });
});

it.each([
  ['stopped', false],
  ['deleted', true],
] as const)('a worker that shuts down leaves a turn that was %s to the next one', async (_, removeReply) => {
  const { world, turn } = await stoppedInTheMiddle();
  if (removeReply) await world.cancelTurn(turn.id, { removeReply });
  world.speaker.failNext({ code: 'platform_unavailable' });
  const shutdown = new AbortController();
  const end = await beginDrain(world, turn, { forMs: 100, signal: shutdown.signal });
  shutdown.abort();
  await end();
  expect(await endOf(world, turn)).toEqual({ state: 'running', open: true });
  await drain(world, turn);
  expect(await endOf(world, turn)).toEqual({ state: 'cancelled', open: false });
  expect(texts(world)).toEqual([
    ...(removeReply ? [] : ['_Stopped before there was an answer._']),
    'Hello there.',
  ]);
});

it('a turn that is stopped before its first word says that, and nothing about an answer', async () => {
  const world = buildWorld();
  const turn = await world.ask('q');
  world.script(saying('One two.', { clock: world.clock, everyMs: 5_000 }));
  const end = await beginDrain(world, turn, { forMs: 2_000 });
  await world.cancelTurn(turn.id, { removeReply: false });
  await end();
  expect(await endOf(world, turn)).toEqual({ state: 'cancelled', open: false });
  expect(world.speaker.messages).toMatchObject([
    { text: '_Stopped before there was an answer._', actions: ['again'] },
  ]);
});
