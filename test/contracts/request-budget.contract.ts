/** What the budget of all requests of the bot does, wherever it is kept. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RequestBudget } from '../../adapters/discord/request-budget.ts';
import { toBotError } from '../../src/domain/errors.ts';

export interface RequestBudgetHarness {
  /** Two processes on one budget of `requestsPerSecond`. */
  readonly ours: RequestBudget;
  readonly theirs: RequestBudget;
  /** Lets at least so much of the budget's time go by. */
  pass(ms: number): Promise<void>;
  dispose(): Promise<void>;
}

export const requestsPerSecond = 45;

/** 0 for one that may go, else for how long none may. */
const waitOf = (budget: RequestBudget): Promise<number> =>
  budget.admit().then(
    () => 0,
    (error: unknown) => toBotError(error).retryAfterMs ?? Number.NaN,
  );

export const describeRequestBudget = (create: () => Promise<RequestBudgetHarness>): void => {
  let harness: RequestBudgetHarness;
  /** As many at once as both processes ask for: how many of them may go. */
  const burst = async (count: number): Promise<number> => {
    const { ours, theirs } = harness;
    const waits = await Promise.all(
      Array.from({ length: count }, (_, index) => waitOf(index % 2 === 0 ? ours : theirs)),
    );
    return waits.filter((waitMs) => waitMs === 0).length;
  };
  beforeEach(async () => {
    harness = await create();
  });
  afterEach(() => harness.dispose());

  test('lets all processes together send as many in a second as they may', async () => {
    expect(await burst(100)).toBe(requestsPerSecond);
    await expect(harness.ours.admit()).rejects.toMatchObject({
      code: 'platform_rate_limited',
      details: { global: true, foreseen: true },
    });
  });

  test('lets no second hold more, wherever it begins, and says when the next may go', async () => {
    const { ours, pass } = harness;
    expect(await burst(1)).toBe(1);
    await pass(900);
    expect(await burst(100)).toBe(44);
    const waitMs = await waitOf(ours);
    expect(waitMs).toBeGreaterThan(0);
    expect(waitMs).toBeLessThanOrEqual(200);
    await pass(waitMs);
    expect(await burst(100)).toBe(1);
  });

  test('holds all processes after a refusal, the longest one deciding', async () => {
    const { ours, theirs, pass } = harness;
    await ours.refused(400);
    await ours.refused(100);
    const waitMs = await waitOf(theirs);
    expect(waitMs).toBeGreaterThan(100);
    expect(waitMs).toBeLessThanOrEqual(400);
    await pass(waitMs);
    expect(await waitOf(theirs)).toBe(0);
  });
};
