import { describe, expect, it } from 'vitest';
import type { QuestionContext } from '../../../src/chat/question-context.ts';
import { buildWorld, finalOf, reference } from '../../fakes/build-worker.ts';
import { beginDrain, drain, texts } from './drain-setup.ts';

const files = [
  { id: 'F1', name: 'plan.md', sizeBytes: 9 },
  { id: 'F2', name: 'plan.pdf', sizeBytes: 9 },
];

const setUp = () => {
  const world = buildWorld();
  const seen: (QuestionContext | undefined)[] = [];
  world.script(async function* (_messages, { context }) {
    yield { type: 'status', phase: 'retrieving' };
    seen.push(await context);
    yield { type: 'status', phase: 'generating', reference };
    yield finalOf('Answer.');
  });
  world.contextReader.wrote({ author: 'U2', text: 'canary in the thread' });
  world.contextReader.holds('F1', 'canary in the file');
  const ask = () =>
    world.ask('And this?', { readThread: true, question: { text: 'And this?', files } });
  return { world, seen, ask };
};

describe('a question with something around it', () => {
  it('takes it to the pipeline, and nothing of it is stored or logged', async () => {
    const { world, seen, ask } = setUp();
    const turn = await ask();
    await drain(world, turn);
    expect(seen).toEqual([
      {
        thread: ['U2: canary in the thread'],
        files: [{ name: 'plan.md', text: 'canary in the file' }],
        unreadFiles: [{ name: 'plan.pdf', reason: 'unsupported' }],
      },
    ]);
    const stored = await world.turnNow(turn);
    expect(stored.question).toEqual({ text: 'And this?', files });
    expect(JSON.stringify([stored, world.log.lines])).not.toContain('canary');
  });

  it('is read for no turn that does not ask for it', async () => {
    const { world, seen } = setUp();
    await drain(world, await world.ask('And this?'));
    expect(seen).toEqual([undefined]);
    expect(world.contextReader.calls).toEqual([]);
  });

  it('shows its status while that is read', async () => {
    const { world, ask } = setUp();
    world.contextReader.hang();
    const turn = await ask();
    const end = await beginDrain(world, turn, { forMs: 100 });
    expect(texts(world)).toEqual(['_Searching the documents…_']);
    await end();
    expect((await world.turnNow(turn)).state).toBe('done');
  });

  it('is read anew when the question was edited', async () => {
    const { world, seen, ask } = setUp();
    const turn = await ask();
    world.contextReader.hang();
    const end = await beginDrain(world, turn, { forMs: 1_000 });
    await world.editQuestion(turn.id, 'And that?');
    await end();
    expect(world.contextReader.calls).toEqual(['thread', 'F1', 'thread', 'F1']);
    expect(seen.at(-1)).toMatchObject({ thread: [] });
    expect((await world.turnNow(turn)).question).toEqual({ text: 'And that?', files });
  });

  it('lets go of it when the answer is stopped', async () => {
    const { world, ask } = setUp();
    world.contextReader.hang();
    const turn = await ask();
    const end = await beginDrain(world, turn, { forMs: 1_000 });
    await world.cancelTurn(turn.id, { removeReply: false });
    await world.clock.advance(100);
    expect((await world.turnNow(turn)).state).toBe('cancelled');
    await end();
    expect(world.log.lines.filter(({ event }) => / not read$/.test(event))).toEqual([]);
  });
});
