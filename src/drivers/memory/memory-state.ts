/** What the memory stores share. Each of their methods runs to its end without waiting, so that no other call sees half a change. */
import type { Conversation } from '../../domain/conversation.ts';
import type { ConversationId, TurnId, WorkerId } from '../../domain/ids.ts';
import type { Turn } from '../../domain/turn.ts';
import type { Clock } from '../../ports/clock.ts';

export interface ConversationRow {
  conversation: Conversation;
  /** Its own and those of attached threads. */
  readonly keys: Set<string>;
  /** The `seq` of the next turn. */
  nextSeq: number;
  /** Of the newest lease; only grows. */
  fence: number;
  /** `atMs` on the monotonic clock: when it was acquired or renewed last. */
  lease?: { readonly owner: WorkerId; readonly atMs: number };
}

export interface MemoryState {
  readonly clock: Clock;
  readonly conversations: Map<ConversationId, ConversationRow>;
  readonly turns: Map<TurnId, Turn>;
}

/** The conversation's turns, oldest first: by `askedAt`, then `seq`. */
export const turnsInOrder = (state: MemoryState, conversationId: ConversationId): Turn[] =>
  [...state.turns.values()]
    .filter((turn) => turn.conversationId === conversationId)
    .sort((a, b) => a.askedAt.getTime() - b.askedAt.getTime() || a.seq - b.seq);
