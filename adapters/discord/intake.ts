/** Takes in what Discord sends once: in the order of each place, and again until the store has it. */
import { setMaxListeners } from 'node:events';
import { toBotError } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';

export interface Intake {
  /**
   * Runs the work behind all that was taken for the place before. While the store or Discord is away it is tried again, for 10 minutes; what fails for another
   * reason, or for longer, is a line in the log, and so is what comes when 10,000 are waiting. Resolves when it is done or given up; never rejects.
   */
  take(place: string, work: () => Promise<void>): Promise<void>;
  /** Nothing begins, and nothing is tried again, from now on. */
  stop(): void;
}

const firstWaitMs = 250;
const maxWaitMs = 10_000;
/** What is given up is found by a look back, if it is not too old by then. */
const patienceMs = 10 * 60_000;
const maxWaiting = 10_000;

/** Discord sends an event once to a session that lives: what is not stored then is nowhere but here. */
export const createIntake = (deps: { readonly clock: Clock; readonly log: Log }): Intake => {
  const { clock, log } = deps;
  const stopping = new AbortController();
  const { signal } = stopping;
  // Every place that waits for the store listens to it.
  setMaxListeners(0, signal);
  const last = new Map<string, Promise<void>>();
  let waiting = 0;

  const insist = async (work: () => Promise<void>, takenAt: number): Promise<void> => {
    for (let tries = 1; !signal.aborted; tries += 1) {
      try {
        return await work();
      } catch (error) {
        const { code, retryable, retryAfterMs = 0 } = toBotError(error);
        const isLate = clock.monotonic() - takenAt > patienceMs;
        if (!retryable || isLate || signal.aborted) {
          log.error('discord event not taken in', { code, tries });
          return;
        }
        if (tries === 1) log.warn('discord event is tried again', { code });
        const waitMs = Math.min(maxWaitMs, firstWaitMs * 2 ** Math.min(tries - 1, 10));
        await clock.sleep(Math.max(retryAfterMs, waitMs), { signal }).catch(() => undefined);
      }
    }
  };

  return {
    async take(place, work) {
      if (waiting >= maxWaiting) return log.error('discord event not taken in', { waiting });
      waiting += 1;
      const takenAt = clock.monotonic();
      const before = last.get(place) ?? Promise.resolve();
      const taken = before.then(() => insist(work, takenAt));
      last.set(place, taken);
      await taken;
      waiting -= 1;
      if (last.get(place) === taken) last.delete(place);
    },
    stop: () => stopping.abort(),
  };
};
