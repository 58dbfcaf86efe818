/** Fifty threads at once in one worker: every one answered once, and nothing of them kept. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answer } from '../../fakes/openai/chat-script.ts';
import { citePassages, questionIn } from './cite-passages.ts';
import type { FootnoteProcess } from './footnote-process.ts';
import { heapAfterCollection, inspected } from './heap-of-process.ts';
import { turnIdOf, turnInState } from './stored-turns.ts';
import { startWorld, type World } from './world.ts';

const channel = 'C0PEOPLE';

describe('one worker process', () => {
  let world: World;
  let worker: FootnoteProcess;

  beforeAll(async () => {
    world = await startWorld({ testFileUrl: import.meta.url, leaseMs: 30_000 });
    world.slack.addChannel({ id: channel, name: 'people' });
    world.slack.addUser({ id: 'U0ADA', name: 'ada' });
    world.model.respond((request) => {
      const [, number] = /in case (\d+)\?/.exec(questionIn(request)) ?? [];
      const text = `In case ${number}, by 09:30 {Message your team lead before 09:30}. `;
      return answer(citePassages(request, `${text}${'You need not say more. '.repeat(30)}`));
    });
    [worker] = await Promise.all([world.startWorker(inspected), world.startApi()]);
  });
  afterAll(() => world?.close());

  /** Asks in so many threads at once, and holds every answer after its first word until all have begun. */
  const askAtOnce = async (count: number) => {
    const { slack, model } = world;
    const begun = model.requests('chat').length;
    const holds = Array.from({ length: count }, (_none, index) =>
      model.stopAt({ call: begun + index + 1, afterChunks: 1 }),
    );
    const asked = await Promise.all(
      holds.map((_hold, index) => {
        const text = `How do I report sick leave in case ${index}?`;
        return slack.mention({ channel, user: 'U0ADA', text, retries: true });
      }),
    );
    await Promise.all(holds.map(({ reached }) => reached));
    for (const hold of holds) hold.release();
    const states = asked.map((each) => ({ id: turnIdOf(world, each), state: 'done' as const }));
    const turns = await Promise.all(
      states.map((state) => turnInState(world, state, { timeoutMs: 60_000 })),
    );
    return { asked, turns, calls: model.requests('chat').slice(begun) };
  };

  it('answers fifty threads at once, each exactly once, and its heap is at most 1.3 times that after five', async () => {
    await askAtOnce(5);
    const afterFive = await heapAfterCollection(worker);
    const { asked, turns, calls } = await askAtOnce(50);
    const afterFifty = await heapAfterCollection(worker);

    expect(calls).toHaveLength(50);
    for (const [index, { threadTs }] of asked.entries()) {
      expect(turns[index]).toMatchObject({ attempt: 1, deliveries: 1 });
      const changes = world.slack.timeline(channel, threadTs).filter(({ byBot }) => byBot);
      expect(changes.map(({ kind }) => kind).filter((kind) => kind !== 'update')).toEqual(['post']);
      expect(world.slack.botMessages(channel, threadTs)).toMatchObject([
        { text: expect.stringMatching(new RegExp(`^In case ${index}, .*\\n1\\. \\[`, 's')) },
      ]);
    }
    expect(afterFifty / afterFive).toBeLessThanOrEqual(1.3);
  });
});
