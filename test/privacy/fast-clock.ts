/** The machine's time, run faster: waits for retries and for silence pass, yet everything stays in its order. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../src/ports/clock.ts';

export const createFastClock = (speed: number): Clock => ({
  now: () => Date.now(),
  monotonic: () => performance.now() * speed,
  sleep: async (ms, { signal } = {}) => {
    try {
      await delay(ms / speed, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
});
