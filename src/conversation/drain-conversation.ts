/** Works on a conversation's turns, oldest first, until none is left: one writer, in order, under a lease. */
import { toBotError } from '../domain/errors.ts';
import type { ConversationId, TurnId, WorkerId } from '../domain/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { LeaseStore } from '../ports/lease-store.ts';
import type { WakeHandler } from '../ports/wake-queue.ts';
import { type HeldLease, holdLease, type LeaseSettings } from './hold-lease.ts';
import { type ShowPlacesDeps, showPlaces } from './show-places.ts';
import type { Settle } from './turn-job.ts';
import type { WorkTurn } from './work-turn.ts';

export interface DrainDeps extends ShowPlacesDeps {
  readonly leases: LeaseStore;
  readonly workTurn: WorkTurn;
  /** Tells another worker to go on, after a hand-over. */
  readonly wake: (conversationId: ConversationId) => Promise<void>;
  readonly owner: WorkerId;
  readonly lease: LeaseSettings;
}

/** How often new questions are looked for while a settling turn keeps the lease. */
const lookMs = 1_000;

/**
 * Resolves when nothing is left, somebody else holds the lease, or the signal (shutdown) made it hand over.
 * Throws what the next sweep may mend, `store_unavailable` first of all.
 */
export const createDrainConversation =
  (deps: DrainDeps): WakeHandler =>
  async (conversationId, { signal: shutdown }) => {
    do {
      const lease = await holdLease({ ...deps, settings: deps.lease }, conversationId, deps.owner);
      if (lease === undefined) return;
      try {
        await workAll(deps, { conversationId, lease, shutdown });
      } catch (error) {
        // Whoever holds the lease now goes on.
        if (toBotError(error).code === 'lease_lost') return;
        throw error;
      } finally {
        await release(deps, conversationId, lease);
      }
      // A question stored between the last claim and the release would otherwise wait for the sweep.
    } while (!shutdown.aborted && (await deps.work.hasOpenTurns(conversationId)));
    if (shutdown.aborted && (await deps.work.hasOpenTurns(conversationId))) {
      await deps.wake(conversationId);
    }
  };

const workAll = async (
  deps: DrainDeps,
  options: {
    readonly conversationId: ConversationId;
    readonly lease: HeldLease;
    readonly shutdown: AbortSignal;
  },
): Promise<void> => {
  const { conversationId, lease, shutdown } = options;
  const shown = new Map<TurnId, number>();
  const settling: { readonly settle: Settle; readonly at: number }[] = [];
  while (!shutdown.aborted) {
    const { turn } = await lease.write(async () => ({
      turn: await deps.work.claimTurn(conversationId, lease.fence),
    }));
    if (turn !== undefined) {
      // After one more lease period a call of the owner before has landed or never will.
      const at = deps.clock.monotonic() + deps.lease.leaseMs;
      const stopShowing = showPlaces(deps, { conversationId, current: turn, lease, shown });
      const settle = await deps.workTurn(turn, { lease, shutdown }).finally(stopShowing);
      if (settle !== undefined) settling.push({ settle, at });
      continue;
    }
    const next = settling[0];
    if (next === undefined) return;
    const waitMs = next.at - deps.clock.monotonic();
    if (waitMs <= 0) {
      await next.settle();
      settling.shift();
    } else await nap(deps.clock, { ms: Math.min(waitMs, lookMs), shutdown, lost: lease.signal });
  }
};

/** Ends early on shutdown; throws when the lease is lost. */
const nap = async (
  clock: Clock,
  options: { readonly ms: number; readonly shutdown: AbortSignal; readonly lost: AbortSignal },
): Promise<void> => {
  const signal = AbortSignal.any([options.shutdown, options.lost]);
  try {
    await clock.sleep(options.ms, { signal });
  } catch (error) {
    options.lost.throwIfAborted();
    if (!options.shutdown.aborted) throw error;
  }
};

const release = async (
  deps: DrainDeps,
  conversationId: ConversationId,
  lease: HeldLease,
): Promise<void> => {
  try {
    await lease.release();
  } catch (error) {
    const { code } = toBotError(error);
    deps.log.warn('lease not released, it runs out by itself', { conversationId, code });
  }
};
