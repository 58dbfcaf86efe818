/** The EditBudget's contract in memory. */
import { describe, expect, test } from 'vitest';
import { countedMs } from '../../src/domain/edit-window.ts';
import { asId } from '../../src/domain/ids.ts';
import { createMemoryEditBudget } from '../../src/drivers/memory/memory-edit-budget.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { describeEditBudget } from './edit-budget.contract.ts';

describe('the edit budget in memory', () => {
  describeEditBudget(async () => {
    const clock = createFakeClock();
    const budget = createMemoryEditBudget({ clock });
    return {
      ours: budget,
      theirs: budget,
      windowMs: 60_000,
      liveMs: 60_000,
      pass: clock.advance,
      dispose: async () => {},
    };
  });

  test('takes a limit that nobody reaches, and forgets in step', async () => {
    const clock = createFakeClock();
    const budget = createMemoryEditBudget({ clock });
    const bucket = { name: 'wide', limit: 100_000, windowMs: 60_000 };
    const draft = { reply: asId<never>('turn-1'), kind: 'draft' } as const;
    for (let index = 0; index < 1_000; index += 1) await budget.take(bucket, draft);
    await clock.advance(countedMs(bucket.windowMs));
    expect(await budget.take(bucket, draft)).toMatchObject({ remaining: 99_998 });
  });
});
