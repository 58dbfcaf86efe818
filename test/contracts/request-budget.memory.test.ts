/** The budget of requests within one process. */
import { describe } from 'vitest';
import { createRequestBudget } from '../../adapters/discord/request-budget.ts';
import { createMemoryEditBudget } from '../../src/drivers/memory/memory-edit-budget.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { describeRequestBudget, requestsPerSecond } from './request-budget.contract.ts';

describe('the budget of requests in memory', () => {
  describeRequestBudget(async () => {
    const clock = createFakeClock();
    const editBudget = createMemoryEditBudget({ clock });
    const open = () => createRequestBudget({ editBudget, requestsPerSecond });
    return { ours: open(), theirs: open(), pass: clock.advance, dispose: async () => {} };
  });
});
