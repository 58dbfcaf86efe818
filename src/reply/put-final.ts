/** Puts one part so that it arrives: waits under rate limits, tries again after failures, falls back to plain text and to a fresh message. */
import { type BotError, toBotError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Reply } from '../ports/speaker.ts';

const firstBackoffMs = 1_000;
const longestBackoffMs = 30_000;

/**
 * Resolves with the message's platform id. Throws what cannot be helped (`reply_deleted`, `platform_forbidden`, `lease_lost`, …), and
 * the last error once `giveUpMs` have passed.
 */
export const putFinal = async (
  reply: Reply,
  part: { readonly index: number; readonly markdown: string },
  options: {
    readonly clock: Clock;
    readonly giveUpMs: number;
    readonly ensure: () => Promise<void>;
    /** Aborts a call in flight. */
    readonly signal: AbortSignal;
    /** Ends the waiting between calls. */
    readonly shutdown: AbortSignal;
  },
): Promise<string> => {
  const { clock, signal } = options;
  const deadline = clock.monotonic() + options.giveUpMs;
  let plain = false;
  let fresh = false;
  let backoffMs = firstBackoffMs;
  for (;;) {
    options.shutdown.throwIfAborted();
    await options.ensure();
    try {
      return await reply.putPart(part.index, part.markdown, {
        final: true,
        signal,
        ...(plain && { plain }),
        ...(fresh && { fresh }),
      });
    } catch (error) {
      signal.throwIfAborted();
      const failure = toBotError(error);
      if (failure.code === 'platform_rejected' && !plain) plain = true;
      else if (failure.code === 'reply_uneditable' && !fresh) fresh = true;
      else if (mayPass(failure) && clock.monotonic() < deadline) {
        const waiting = AbortSignal.any([signal, options.shutdown]);
        await clock.sleep(failure.retryAfterMs ?? backoffMs, { signal: waiting });
        backoffMs = Math.min(longestBackoffMs, backoffMs * 2);
      } else throw failure;
    }
  }
};

const mayPass = (failure: BotError): boolean =>
  failure.code === 'platform_rate_limited' || failure.code === 'platform_unavailable';
