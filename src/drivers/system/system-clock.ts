/** The machine's own clock. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../ports/clock.ts';

export const createSystemClock = (): Clock => ({
  now: () => Date.now(),
  monotonic: () => performance.now(),
  async sleep(ms, { signal } = {}) {
    signal?.throwIfAborted();
    try {
      await delay(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      // Node rejects with an AbortError of its own instead of the reason.
      signal?.throwIfAborted();
      throw error;
    }
  },
});
