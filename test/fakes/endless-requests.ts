/** A budget of requests that never ends, for tests of something else. */
import type { RequestBudget } from '../../adapters/discord/request-budget.ts';

export const endlessRequests: RequestBudget = {
  async admit() {},
  async refused() {},
};
