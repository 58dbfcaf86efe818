/** Wakes a worker for a conversation. A wake-up carries nothing but the id and may be lost: the sweep finds what it missed. */
import type { ConversationId } from '../domain/ids.ts';

/** Drains one conversation; resolves when nothing is left to do. The signal aborts when the worker shuts down. */
export type WakeHandler = (
  conversationId: ConversationId,
  options: { readonly signal: AbortSignal },
) => Promise<void>;

export interface WakeQueue {
  /**
   * A wake-up during the handling of the same conversation leads to one more handling after it. Rejects with
   * `queue_unavailable` within its deadline (2 s) when the queue cannot be reached.
   */
  wake(conversationId: ConversationId): Promise<void>;
  /** Starts handling wake-ups, many conversations at once, one handling per conversation at a time. `stop` waits for those under way after aborting their signal. */
  consume(handler: WakeHandler): { stop(): Promise<void> };
  close(): Promise<void>;
}
