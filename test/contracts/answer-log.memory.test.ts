/** The AnswerLog's contract in memory. */
import { describe, expect, test } from 'vitest';
import { createMemoryAnswerLog } from '../../src/drivers/memory/memory-answer-log.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { delta, describeAnswerLog, finalEvent, newTurnId, readAll } from './answer-log.contract.ts';

describe('the answer log in memory', () => {
  describeAnswerLog(async () => {
    const clock = createFakeClock();
    return {
      log: createMemoryAnswerLog({ clock }),
      pass: (_turnId, ms) => clock.advance(ms),
      dispose: async () => {},
    };
  });

  test('does not know the ids of an earlier start', async () => {
    const turnId = newTurnId();
    const before = createMemoryAnswerLog({ clock: createFakeClock({ startMs: 1_000 }) });
    const after = createMemoryAnswerLog({ clock: createFakeClock({ startMs: 2_000 }) });
    for (const log of [before, after]) {
      await log.append(turnId, delta('a'));
      await log.append(turnId, finalEvent('a'));
    }
    const [first] = await readAll(before, { turnId });
    expect(await readAll(after, { turnId, after: first?.id ?? '' })).toEqual([]);
  });

  test('ends a reader whose answer expired and was written anew', async () => {
    const clock = createFakeClock();
    const log = createMemoryAnswerLog({ clock });
    const turnId = newTurnId();
    await log.append(turnId, delta('old'));
    const reading = readAll(log, { turnId });
    await clock.advance(24 * 3_600_000);
    await log.append(turnId, delta('new'));
    expect(await reading).toHaveLength(1);
  });
});
