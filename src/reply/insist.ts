/** Makes a call to a platform until it is done: waits under rate limits and tries again while the platform is away. */
import { type BotError, toBotError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';

export interface InsistOptions {
  readonly clock: Clock;
  /** Resolves when a call may start; throws `lease_lost`. */
  readonly ensure: () => Promise<void>;
  /** Aborts when the lease is lost. */
  readonly signal: AbortSignal;
  /** Ends the waiting between calls. */
  readonly shutdown: AbortSignal;
  /** Called before each new try with what went wrong. */
  readonly onRetry: (failure: BotError) => void;
  /** Awaited before each try, however long: waiting to be admitted is no failure. */
  readonly admit?: (options: { readonly signal: AbortSignal }) => Promise<void>;
}

const firstBackoffMs = 1_000;
const longestBackoffMs = 30_000;
const giveUpMs = 300_000;

/**
 * Throws what cannot be helped at once, and `platform_rate_limited` or `platform_unavailable` after five minutes of them. Under `platform_unauthorized` it
 * waits until the shutdown: whoever is started with a token that is taken goes on.
 */
export const insist = async <Result>(
  call: () => Promise<Result>,
  options: InsistOptions,
): Promise<Result> => {
  const { clock, signal, shutdown } = options;
  const waiting = AbortSignal.any([signal, shutdown]);
  let deadlineMs: number | undefined;
  let backoffMs = firstBackoffMs;
  for (;;) {
    await options.admit?.({ signal: waiting });
    shutdown.throwIfAborted();
    await options.ensure();
    try {
      return await call();
    } catch (error) {
      signal.throwIfAborted();
      const failure = toBotError(error);
      deadlineMs ??= clock.monotonic() + giveUpMs;
      if (!mayPass(failure, { isLate: clock.monotonic() >= deadlineMs })) throw failure;
      options.onRetry(failure);
      await clock.sleep(failure.retryAfterMs ?? backoffMs, { signal: waiting });
      backoffMs = Math.min(longestBackoffMs, backoffMs * 2);
    }
  }
};

const mayPass = ({ code }: BotError, { isLate }: { readonly isLate: boolean }): boolean =>
  code === 'platform_unauthorized' ||
  (!isLate && (code === 'platform_rate_limited' || code === 'platform_unavailable'));
