/** Finds the conversations that nobody was woken for, by its own timer, so that no question depends on the queue. */
import { toBotError } from '../src/domain/errors.ts';
import type { ConversationId } from '../src/domain/ids.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { LeaseStore } from '../src/ports/lease-store.ts';
import type { Log } from '../src/ports/log.ts';
import { conversationsAtOnce } from './conversations-at-once.ts';
import type { Outage } from './outage.ts';

export interface RecoverySweep {
  /** Between two sweeps, on average. */
  readonly intervalMs: number;
  /**
   * Sweeps at once and then by the timer until the signal aborts; does not wait for the drains it began.
   *
   * @param drain Must not reject. Called for at most `limit` conversations at once, never for one whose last call has not ended.
   */
  run(
    drain: (conversationId: ConversationId) => Promise<void>,
    options: { readonly signal: AbortSignal },
  ): Promise<void>;
  /** Milliseconds since the store last answered a sweep; undefined before the first time. */
  sinceSuccessMs(): number | undefined;
}

/**
 * @param deps.random From 0 up to 1. Spreads the sweeps of many workers: a pause is the interval, more or less a fifth.
 * @param deps.outage Tells once that the store cannot be reached, and once that it is back; the sweep goes on meanwhile.
 */
export const createRecoverySweep = ({
  leases,
  clock,
  random,
  log,
  outage,
  leaseMs,
  intervalMs = 15_000,
  limit = conversationsAtOnce,
}: {
  readonly leases: Pick<LeaseStore, 'findConversationsToDrain'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly outage: Outage;
  readonly leaseMs: number;
  readonly intervalMs?: number;
  readonly limit?: number;
}): RecoverySweep => {
  const draining = new Set<ConversationId>();
  let succeededAtMs: number | undefined;

  const find = async (): Promise<readonly ConversationId[]> => {
    try {
      const found = await leases.findConversationsToDrain({ leaseMs, limit });
      succeededAtMs = clock.monotonic();
      outage.passed();
      return found;
    } catch (error) {
      const { code } = toBotError(error);
      if (code === 'store_unavailable') outage.failed(error);
      else log.error('sweep failed', { code });
      return [];
    }
  };

  return {
    intervalMs,

    async run(drain, { signal }) {
      while (!signal.aborted) {
        const found = (await find()).filter((id) => !draining.has(id));
        const begun = signal.aborted ? [] : found.slice(0, limit - draining.size);
        if (begun.length > 0) log.info('sweep found conversations', { count: begun.length });
        for (const conversationId of begun) {
          draining.add(conversationId);
          void drain(conversationId).finally(() => draining.delete(conversationId));
        }
        try {
          await clock.sleep(intervalMs * (0.8 + 0.4 * random()), { signal });
        } catch (error) {
          if (!signal.aborted) throw error;
        }
      }
    },

    sinceSuccessMs: () =>
      succeededAtMs === undefined ? undefined : clock.monotonic() - succeededAtMs,
  };
};
