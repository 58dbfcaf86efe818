/** Keeps leases in memory, on the monotonic clock of this process. */
import type { ConversationId } from '../../domain/ids.ts';
import type { LeaseStore } from '../../ports/lease-store.ts';
import type { ConversationRow, MemoryState } from './memory-state.ts';

export const createMemoryLeaseStore = (state: MemoryState): LeaseStore => {
  const isFree = ({ lease }: ConversationRow, leaseMs: number): boolean =>
    lease === undefined || lease.atMs + leaseMs <= state.clock.monotonic();
  /** The row, with its lease, when the fence is the newest one and its lease was not given back. */
  const held = (conversationId: ConversationId, fence: number) => {
    const row = state.conversations.get(conversationId);
    return row?.lease !== undefined && row.fence === fence ? { row, lease: row.lease } : undefined;
  };

  return {
    async acquireLease(conversationId, { owner, leaseMs }) {
      const row = state.conversations.get(conversationId);
      if (!row || !isFree(row, leaseMs)) return undefined;
      row.fence += 1;
      row.lease = { owner, atMs: state.clock.monotonic() };
      return row.fence;
    },

    async renewLease(conversationId, fence) {
      const holding = held(conversationId, fence);
      if (!holding) return false;
      holding.row.lease = { ...holding.lease, atMs: state.clock.monotonic() };
      return true;
    },

    async releaseLease(conversationId, fence) {
      const holding = held(conversationId, fence);
      if (holding) delete holding.row.lease;
    },

    async findConversationsToDrain({ leaseMs, limit }) {
      const waitingSince = new Map<ConversationId, number>();
      for (const { open, conversationId, askedAt } of state.turns.values()) {
        const row = state.conversations.get(conversationId);
        if (!open || !row || !isFree(row, leaseMs)) continue;
        const earliest = waitingSince.get(conversationId) ?? Number.POSITIVE_INFINITY;
        waitingSince.set(conversationId, Math.min(earliest, askedAt.getTime()));
      }
      return [...waitingSince]
        .sort(([, a], [, b]) => a - b)
        .slice(0, limit)
        .map(([conversationId]) => conversationId);
    },
  };
};
