/** Keeps turns; this is what doors use to add and read. What people do to a stored turn is `TurnChanges`; writers with a lease use `TurnWork`. `store_unavailable` when the store cannot be reached. */
import type { ConversationId, TurnId } from '../domain/ids.ts';
import type { Platform } from '../domain/platform.ts';
import type { NewTurn, Turn } from '../domain/turn.ts';

export interface TurnStore {
  /**
   * Adds the turn as `queued` with the conversation's next `seq`, or finds the turn that has its id or its `clientMsgId` already
   * (then nothing changes). Safe under any number of callers at once. When it resolves the turn survives a crash of the store.
   */
  addTurn(
    conversationId: ConversationId,
    turn: NewTurn,
  ): Promise<{ readonly turn: Turn; readonly added: boolean }>;
  getTurn(id: TurnId): Promise<Turn | undefined>;
  /** The turn whose reply has this message as a part; of several the newest (by `askedAt`, then `seq`). For platforms where no two messages share an id. */
  findTurnByPart(platform: Platform, platformId: string): Promise<Turn | undefined>;
  /** The conversation's turns, oldest first (by `askedAt`, then `seq`): all, or the newest `last` of them. */
  listTurns(
    conversationId: ConversationId,
    options?: { readonly last?: number },
  ): Promise<readonly Turn[]>;
  /** Whether this person has asked in this conversation before. */
  hasAsked(conversationId: ConversationId, asker: string): Promise<boolean>;
}
