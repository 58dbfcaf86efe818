/** Holds what of a process makes it unready. */
import { describe, expect, it } from 'vitest';
import { readinessOf } from '../../../app/readiness.ts';

const fine = { store: true, worker: true, slack: true, discord: undefined };
const discord = (ready: boolean, ended = false) => ({
  isReady: () => ready,
  hasEnded: () => ended,
});

describe('readinessOf', () => {
  it('tells of the parts that the process has', () => {
    expect(readinessOf({ ...fine, slack: undefined })).toEqual({
      ready: true,
      parts: { store: true, worker: true },
    });
    expect(readinessOf({ ...fine, discord: discord(true) }).parts).toEqual({
      store: true,
      worker: true,
      slack: true,
      discord: true,
    });
  });

  it.each([
    ['store', { store: false }],
    ['worker', { worker: false }],
    ['slack', { slack: false }],
    ['discord', { discord: discord(false) }],
  ])('is not ready while %s is away', (part, away) => {
    const { ready, parts } = readinessOf({ ...fine, ...away });
    expect([ready, parts[part]]).toEqual([false, false]);
  });

  it('goes on without Discord where it ended for good, and shows it', () => {
    const ended = discord(false, true);
    const { ready, parts } = readinessOf({ ...fine, discord: ended });
    expect([ready, parts['discord']]).toEqual([true, false]);
    expect(readinessOf({ ...fine, store: false, discord: ended }).ready).toBe(false);
  });
});
