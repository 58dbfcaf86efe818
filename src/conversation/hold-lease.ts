/** Takes a conversation's lease and keeps it alive until it is released or lost. */
import { BotError, toBotError } from '../domain/errors.ts';
import type { ConversationId, WorkerId } from '../domain/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { LeaseStore } from '../ports/lease-store.ts';
import type { Log } from '../ports/log.ts';

export interface LeaseSettings {
  /** How long a lease lives without renewal; 30,000. */
  readonly leaseMs: number;
  /** Time between renewals; 10,000. */
  readonly renewMs: number;
  /** No platform call starts with less than this left; 15,000. More than a call's timeout. */
  readonly callMarginMs: number;
}

export interface HeldLease {
  readonly fence: number;
  /** Aborts with `lease_lost` when somebody else may hold the conversation. */
  readonly signal: AbortSignal;
  /** Resolves when a platform call may start: at least `callMarginMs` is left. Throws `lease_lost`. */
  ensure(): Promise<void>;
  /** Runs a write, or what must be read before it, again while the store is away and the lease lives. `undefined` from it means that the fence was passed: throws `lease_lost`. */
  write<Result>(write: () => Promise<Result | undefined>): Promise<Result>;
  /** Calls the listener after every renewal until the returned function is called. */
  onRenewed(listener: () => void): () => void;
  release(): Promise<void>;
}

const retryMs = 250;

/** Undefined while somebody else holds it. The remaining time is counted from before each request, so it is never overestimated. */
export const holdLease = async (
  deps: {
    readonly leases: LeaseStore;
    readonly clock: Clock;
    readonly log: Log;
    readonly settings: LeaseSettings;
  },
  conversationId: ConversationId,
  owner: WorkerId,
): Promise<HeldLease | undefined> => {
  const { leases, clock, log, settings } = deps;
  let since = clock.monotonic();
  const fence = await leases.acquireLease(conversationId, { owner, leaseMs: settings.leaseMs });
  if (fence === undefined) return undefined;

  const lost = new AbortController();
  const ended = new AbortController();
  const listeners = new Set<() => void>();
  const remainingMs = () => since + settings.leaseMs - clock.monotonic();
  const lose = () => {
    if (lost.signal.aborted) return;
    log.warn('lease lost', { conversationId, fence });
    lost.abort(new BotError('lease_lost', { details: { fence } }));
  };

  const renew = async (): Promise<void> => {
    const before = clock.monotonic();
    if (!(await leases.renewLease(conversationId, fence))) return lose();
    since = before;
    for (const listener of listeners) listener();
  };
  const renewOrWait = async (): Promise<void> => {
    try {
      await renew();
    } catch (error) {
      const { code } = toBotError(error);
      // An outage of the store is told once, by whoever watches it, and not by each lease at each try.
      if (code !== 'store_unavailable') log.warn('lease not renewed', { conversationId, code });
      if (remainingMs() <= 0) return lose();
      await clock.sleep(retryMs, { signal: ended.signal });
    }
  };
  const keepAlive = async (): Promise<void> => {
    while (!lost.signal.aborted) {
      const untilNextMs = since + settings.renewMs - clock.monotonic();
      if (untilNextMs > 0) await clock.sleep(untilNextMs, { signal: ended.signal });
      await renewOrWait();
    }
  };
  const keeping = keepAlive().catch((error: unknown) => {
    if (!ended.signal.aborted) lost.abort(toBotError(error));
  });

  return {
    fence,
    signal: lost.signal,
    async ensure() {
      while (remainingMs() < settings.callMarginMs) {
        lost.signal.throwIfAborted();
        await renewOrWait();
      }
      lost.signal.throwIfAborted();
    },
    async write(write) {
      for (;;) {
        lost.signal.throwIfAborted();
        try {
          const result = await write();
          if (result !== undefined) return result;
          lose();
        } catch (error) {
          if (!toBotError(error).retryable || remainingMs() <= 0) throw error;
          await clock.sleep(retryMs, { signal: lost.signal });
        }
      }
    },
    onRenewed(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async release() {
      ended.abort();
      await keeping;
      if (!lost.signal.aborted) await leases.releaseLease(conversationId, fence);
    },
  };
};
