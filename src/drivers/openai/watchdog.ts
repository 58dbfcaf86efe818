/** Gives a stream up that has gone silent. */
import type { Clock } from '../../ports/clock.ts';

export interface Watchdog {
  /** Aborts when nothing came in time. */
  readonly signal: AbortSignal;
  /** Something came: the next may take so long. Never beyond the end of all. */
  expectWithin(ms: number): void;
  stop(): void;
}

/** @param options.endsAtMs On the monotonic clock: when it is over, whatever comes. */
export const startWatchdog = (
  clock: Clock,
  options: { readonly firstMs: number; readonly endsAtMs: number },
): Watchdog => {
  const late = new AbortController();
  const stopped = new AbortController();
  let dueMs = Number.POSITIVE_INFINITY;
  let wakesAtMs = Number.POSITIVE_INFINITY;

  const watch = async (): Promise<void> => {
    for (let leftMs = dueMs - clock.monotonic(); leftMs > 0; leftMs = dueMs - clock.monotonic()) {
      wakesAtMs = dueMs;
      await clock.sleep(leftMs, { signal: stopped.signal });
    }
    late.abort();
  };

  /** One timer at a time, unless the new limit is nearer than the one that is slept for: a token costs no timer. */
  const expectWithin = (ms: number): void => {
    dueMs = Math.min(clock.monotonic() + ms, options.endsAtMs);
    if (dueMs >= wakesAtMs) return;
    watch().catch(() => {
      // Only `stop` ends a sleep early.
    });
  };

  expectWithin(options.firstMs);
  return { signal: late.signal, expectWithin, stop: () => stopped.abort() };
};
