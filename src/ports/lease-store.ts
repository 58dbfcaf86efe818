/**
 * The right to work on a conversation, on the store's clock: one holder at a time, and a fence that only grows.
 * `store_unavailable` when the store cannot be reached.
 */
import type { ConversationId, WorkerId } from '../domain/ids.ts';

export interface LeaseStore {
  /** The new fence, or undefined while somebody else's lease lives. Exactly one of many callers at once gets it. */
  acquireLease(
    conversationId: ConversationId,
    lease: { readonly owner: WorkerId; readonly leaseMs: number },
  ): Promise<number | undefined>;
  /** Starts the lease's period anew. False when it is no longer ours (another fence, or released). */
  renewLease(conversationId: ConversationId, fence: number): Promise<boolean>;
  /** Gives the lease back; the fence stays. Does nothing when it is no longer ours. */
  releaseLease(conversationId: ConversationId, fence: number): Promise<void>;
  /** Conversations with open turns and no live lease, the longest waiting first, at most `limit`. For the sweep. */
  findConversationsToDrain(options: {
    readonly leaseMs: number;
    readonly limit: number;
  }): Promise<readonly ConversationId[]>;
}
