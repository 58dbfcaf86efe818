/** Keeps conversations. Single-document writes only; `store_unavailable` when the store cannot be reached. */
import type { Conversation } from '../domain/conversation.ts';
import type { ConversationId, DialogId } from '../domain/ids.ts';

export interface ConversationStore {
  /**
   * Adds the conversation, or finds the one that has its key already. Safe under any number of callers at once:
   * one adds, the others find.
   */
  addConversation(
    conversation: Conversation,
  ): Promise<{ readonly conversation: Conversation; readonly added: boolean }>;
  getConversation(id: ConversationId): Promise<Conversation | undefined>;
  findConversation(key: string): Promise<Conversation | undefined>;
  /** Newest `createdAt` first. Empty when the owner has none. */
  listConversations(owner: {
    readonly dialogId: DialogId;
    readonly userId: string;
  }): Promise<readonly Conversation[]>;
  /** The renamed conversation, or undefined when there is none. */
  renameConversation(id: ConversationId, name: string): Promise<Conversation | undefined>;
}
