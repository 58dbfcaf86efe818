/** A fake clock that tells a test when somebody begins a sleep of a certain length. */
import { createFakeClock, type FakeClock } from '../../../fakes/fake-clock.ts';

export interface WatchedClock extends FakeClock {
  /** Resolves when the `count`-th sleep of exactly so long has begun; the first unless told otherwise. */
  whenAsleepFor(ms: number, count?: number): Promise<void>;
}

export const createWatchedClock = (): WatchedClock => {
  const clock = createFakeClock();
  const begun: number[] = [];
  const watchers = new Set<() => void>();
  return {
    ...clock,
    sleep: (ms, options) => {
      const sleep = clock.sleep(ms, options);
      begun.push(ms);
      for (const look of watchers) look();
      return sleep;
    },
    whenAsleepFor: (ms, count = 1) =>
      new Promise((resolve) => {
        const look = () => {
          if (begun.filter((one) => one === ms).length >= count) resolve();
        };
        watchers.add(look);
        look();
      }),
  };
};
