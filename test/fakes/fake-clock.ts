/** A clock that stands still until a test moves it. */
import { setImmediate as nextTick } from 'node:timers/promises';
import type { Clock } from '../../src/ports/clock.ts';

export interface FakeClock extends Clock {
  /**
   * Moves `now` and `monotonic` together. Due sleeps end one after the other, earliest first, each at its own time; what a
   * woken sleeper does runs before the next one wakes, and a sleep that it begins within the span ends in the same call.
   */
  advance(ms: number): Promise<void>;
  /** Resolves as soon as at least `count` sleeps are under way at once. */
  whenSleeping(count?: number): Promise<void>;
}

interface Sleeper {
  readonly dueMs: number;
  wake(): void;
}

/** @param options.startMs What `now` says first, milliseconds since the epoch; 2026-01-05, a Monday, 09:00 UTC. */
export const createFakeClock = ({
  startMs = Date.UTC(2026, 0, 5, 9),
}: {
  readonly startMs?: number;
} = {}): FakeClock => {
  let elapsedMs = 0;
  const sleepers = new Set<Sleeper>();
  const watchers = new Set<() => void>();

  const nextDue = (untilMs: number): Sleeper | undefined =>
    [...sleepers]
      .filter(({ dueMs }) => dueMs <= untilMs)
      .reduce<Sleeper | undefined>(
        (first, sleeper) => (first === undefined || sleeper.dueMs < first.dueMs ? sleeper : first),
        undefined,
      );

  return {
    now: () => startMs + elapsedMs,
    monotonic: () => elapsedMs,

    sleep: (ms, { signal } = {}) =>
      new Promise<void>((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const end = () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', abort);
        };
        const abort = () => {
          end();
          reject(signal?.reason);
        };
        const sleeper: Sleeper = {
          dueMs: elapsedMs + Math.max(0, ms),
          wake() {
            end();
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', abort);
        for (const look of watchers) look();
      }),

    async advance(ms) {
      const untilMs = elapsedMs + ms;
      await nextTick();
      for (let due = nextDue(untilMs); due !== undefined; due = nextDue(untilMs)) {
        elapsedMs = Math.max(elapsedMs, due.dueMs);
        due.wake();
        await nextTick();
      }
      elapsedMs = untilMs;
    },

    whenSleeping: (count = 1) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (sleepers.size < count) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
  };
};
