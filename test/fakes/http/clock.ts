/** The time source of a fake: the machine's clock unless a test hands in its own. */
import { setTimeout as delay } from 'node:timers/promises';

export interface FakeClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Rejects when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const machineClock: FakeClock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, signal ? { signal } : {});
  },
};
