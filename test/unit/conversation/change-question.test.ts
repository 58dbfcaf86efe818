/** What is done to a question is done to its answers by "ask again" too: they answer the same message. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Turn } from '../../../src/domain/turn.ts';
import { repeatTurnId } from '../../../src/domain/turn-id.ts';
import { buildWorld, finalOf, saying } from '../../fakes/build-worker.ts';
import { beginDrain, drain, texts, type World } from './drain-setup.ts';

const by = { asker: 'U2', audience: 'team' } as const;
let world: World;
let turn: Turn;

const echo = async function* (messages: readonly { readonly content: string }[]) {
  yield finalOf(`Answer to ${messages.at(-1)?.content}`);
};
const repeat = (n: number) => world.store.turns.getTurn(repeatTurnId(turn.id, n));
const askAgain = async (): Promise<Turn> => {
  const again = await world.askAgain(turn.id, by);
  if (again === undefined) throw new Error('nothing to ask again');
  return again;
};

beforeEach(async () => {
  world = buildWorld();
  world.script(echo);
  turn = await world.ask('first');
  await drain(world, turn);
});

describe('a question that is deleted', () => {
  it('takes the answers of all its repeats away', async () => {
    for (const _ of [1, 2]) {
      await askAgain();
      await drain(world, turn);
    }
    expect(texts(world)).toHaveLength(3);
    expect(await world.cancelTurn(turn.id, { removeReply: true })).toBe(true);
    await drain(world, turn);
    expect(texts(world)).toEqual([]);
    for (const one of [await world.turnNow(turn), await repeat(1), await repeat(2)])
      expect(one).toMatchObject({ state: 'cancelled', open: false, parts: [] });
  });

  it('stops the repeat that is being answered', async () => {
    world.script(saying('One two three four.', { clock: world.clock, everyMs: 1_000 }));
    await askAgain();
    const end = await beginDrain(world, turn, { forMs: 2_500 });
    expect(texts(world).at(-1)).toContain('One');
    await world.cancelTurn(turn.id, { removeReply: true });
    await world.clock.advance(500);
    expect((await repeat(1))?.answer?.text ?? '').not.toContain('four');
    await end();
    expect(texts(world)).toEqual([]);
    expect(await repeat(1)).toMatchObject({ state: 'cancelled', open: false });
  });

  it('is asked again by nobody', async () => {
    await world.cancelTurn(turn.id, { removeReply: true });
    expect(await world.askAgain(turn.id, by)).toBeUndefined();
  });
});

it('a question that is stopped stops no repeat', async () => {
  await askAgain();
  await world.cancelTurn(turn.id, { removeReply: false });
  expect((await repeat(1))?.cancelRequestedAt).toBeUndefined();
});

describe('a question that is edited', () => {
  it('has the repeat that waits or runs answered as it stands now', async () => {
    await askAgain();
    await world.editQuestion(turn.id, 'second');
    await drain(world, turn);
    expect(texts(world)).toEqual(['Answer to first', 'Answer to second']);
    expect(world.speaker.messages.map(({ actions }) => actions)).toEqual([
      ['feedback', 'again-edited'],
      ['feedback', 'again'],
    ]);
  });

  it('is offered under the answers of its repeats', async () => {
    await askAgain();
    await drain(world, turn);
    expect(await world.editQuestion(turn.id, 'second')).toBe(true);
    await drain(world, turn);
    for (const { actions } of world.speaker.messages)
      expect(actions).toEqual(['feedback', 'again-edited']);
    expect((await world.askAgain(repeatTurnId(turn.id, 1), by))?.question.text).toBe('second');
  });

  it('reaches its repeats where its own answer was stopped', async () => {
    const stopped = await world.ask('third', { ts: '1.2' });
    await world.cancelTurn(stopped.id, { removeReply: false });
    await drain(world, turn);
    const again = await world.askAgain(stopped.id, by);
    await world.editQuestion(stopped.id, 'fourth');
    await drain(world, turn);
    expect(texts(world).at(-1)).toBe('Answer to fourth');
    const once = await world.askAgain(again?.id ?? stopped.id, by);
    expect(once).toMatchObject({ id: repeatTurnId(stopped.id, 2), question: { text: 'fourth' } });
  });
});
