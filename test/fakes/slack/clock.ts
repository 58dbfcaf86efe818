/** The time source of the fake: the machine's clock unless a test hands in its own. */
import { setTimeout as delay } from 'node:timers/promises';

export interface FakeSlackClock {
  /** Milliseconds since the epoch: message timestamps, signatures and rate windows come from it. */
  now(): number;
  /** Rejects when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const machineClock: FakeSlackClock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, signal ? { signal } : {});
  },
};
