/** Keeps conversations. Single-document writes only; `store_unavailable` when the store cannot be reached. */
import type { Conversation } from '../domain/conversation.ts';
import type { ConversationId, DialogId } from '../domain/ids.ts';

export interface ConversationStore {
  /**
   * Adds the conversation, or finds the one that has its key already (its own or an attached one). Safe under any number of callers at once:
   * one adds, the others find.
   */
  addConversation(
    conversation: Conversation,
  ): Promise<{ readonly conversation: Conversation; readonly added: boolean }>;
  getConversation(id: ConversationId): Promise<Conversation | undefined>;
  /** By its own key, or by that of a thread that was attached to it. */
  findConversation(key: string): Promise<Conversation | undefined>;
  /**
   * Lets the conversation be found by the key of a thread that was made for it; from then on a question with that key joins it. Idempotent.
   * False when the key is another conversation's already (then nothing changes), or there is no such conversation.
   */
  attachThread(id: ConversationId, key: string): Promise<boolean>;
  /** Newest `createdAt` first. Empty when the owner has none. */
  listConversations(owner: {
    readonly dialogId: DialogId;
    readonly userId: string;
  }): Promise<readonly Conversation[]>;
  /** The renamed conversation, or undefined when there is none. */
  renameConversation(id: ConversationId, name: string): Promise<Conversation | undefined>;
}
