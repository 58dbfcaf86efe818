import { describe, expect, it } from 'vitest';
import { asId } from '../../../src/domain/ids.ts';
import { buildWorld, finalOf, saying } from '../../fakes/build-worker.ts';
import { beginDrain, drain, texts } from './drain-setup.ts';

const by = { asker: 'U2', audience: 'public' } as const;

const answered = async () => {
  const world = buildWorld();
  world.script(async function* (messages) {
    yield finalOf(`Answer to ${messages.map(({ content }) => content).join(' | ')}`);
  });
  const files = [{ id: 'F1', name: 'plan.md', sizeBytes: 9 }];
  const turn = await world.ask('first', { question: { text: 'first', files } });
  await drain(world, turn);
  return { world, turn, files };
};

describe('askAgain', () => {
  it('asks the same question anew, in the same place, for whoever pressed', async () => {
    const { world, turn, files } = await answered();
    const again = await world.askAgain(turn.id, by);
    expect(again).toMatchObject({
      id: `${turn.id}-r1`,
      conversationId: turn.conversationId,
      state: 'queued',
      question: { text: 'first', files },
      replyTo: turn.replyTo,
      repeats: turn.id,
      ...by,
    });
    expect(world.woken.at(-1)).toBe(turn.conversationId);
    await drain(world, turn);
    expect(texts(world)).toEqual(['Answer to first', 'Answer to first']);
  });

  it('asks the question as it was edited', async () => {
    const { world, turn } = await answered();
    await world.editQuestion(turn.id, 'second');
    expect((await world.askAgain(turn.id, by))?.question.text).toBe('second');
  });

  it('is one turn for all who press at once, and while it runs', async () => {
    const { world, turn } = await answered();
    const pressed = await Promise.all(
      ['U1', 'U2', 'U3'].map((asker) => world.askAgain(turn.id, { ...by, asker })),
    );
    expect(new Set(pressed.map((one) => one?.id)).size).toBe(1);
    world.script(saying('One two three.', { clock: world.clock, everyMs: 1_000 }));
    const end = await beginDrain(world, turn, { forMs: 1_500 });
    expect((await world.askAgain(turn.id, by))?.state).toBe('running');
    expect(await world.store.turns.listTurns(turn.conversationId)).toHaveLength(2);
    await end();
  });

  it('counts on, from the first turn, also when it is a repeat that is asked again', async () => {
    const { world, turn } = await answered();
    const first = await world.askAgain(turn.id, by);
    await drain(world, turn);
    await world.editQuestion(turn.id, 'second');
    const second = await world.askAgain(first?.id ?? turn.id, by);
    expect(second).toMatchObject({
      id: `${turn.id}-r2`,
      repeats: turn.id,
      question: { text: 'second' },
    });
  });

  it('finds the question itself while that is still being answered', async () => {
    const world = buildWorld();
    const turn = await world.ask('first');
    expect(await world.askAgain(turn.id, by)).toEqual(await world.turnNow(turn));
  });

  it('finds nothing where nothing is, or where the question was refused', async () => {
    const { world } = await answered();
    expect(await world.askAgain(asId('none'), by)).toBeUndefined();
    const refused = await world.ask('', { ts: '2.2' });
    await drain(world, refused);
    expect(await world.askAgain(refused.id, by)).toBeUndefined();
  });

  it('reads the thread again where the question had it read', async () => {
    const { world } = await answered();
    const turn = await world.ask('and this?', { ts: '2.2', readThread: true });
    await drain(world, turn);
    expect(await world.askAgain(turn.id, by)).toMatchObject({ readThread: true });
  });
});
