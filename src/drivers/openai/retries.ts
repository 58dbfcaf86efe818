/** Decides whether a failed call to the endpoint is tried again, and waits until then. */
import type { BotError, ErrorCode } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';

/** A person is waiting: at most three tries, the last begun within 30 s of the first. */
const maxTries = 3;
const maxSpanMs = 30_000;
/** Before the second and the third try, when the server names no time. */
const backoffMs = [1_000, 4_000] as const;
/** What may pass by itself within seconds. */
const passing: ReadonlySet<ErrorCode> = new Set([
  'model_rate_limited',
  'model_stalled',
  'model_unavailable',
]);

export interface Retries {
  /** Resolves when the next try may begin; rejects with the error when there is none, with the signal's reason when it aborts. */
  waitAfter(error: BotError, options: { readonly signal: AbortSignal }): Promise<void>;
}

/** For one call, from now on. Not p-retry: it waits on timers and a clock of its own, and knows no `retry-after`. */
export const createRetries = ({ clock }: { readonly clock: Clock }): Retries => {
  const startedAt = clock.monotonic();
  let tries = 1;
  return {
    async waitAfter(error, { signal }) {
      signal.throwIfAborted();
      const waitMs = error.retryAfterMs ?? backoffMs[tries - 1] ?? 0;
      const isLate = clock.monotonic() - startedAt + waitMs > maxSpanMs;
      if (!passing.has(error.code) || tries >= maxTries || isLate) throw error;
      tries += 1;
      await clock.sleep(waitMs, { signal });
    },
  };
};
