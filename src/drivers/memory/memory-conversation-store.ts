/** Keeps conversations in memory. */
import type { Conversation } from '../../domain/conversation.ts';
import type { ConversationStore } from '../../ports/conversation-store.ts';
import type { MemoryState } from './memory-state.ts';

export const createMemoryConversationStore = (state: MemoryState): ConversationStore => {
  const findByKey = (key: string): Conversation | undefined =>
    [...state.conversations.values()].find((row) => row.keys.has(key))?.conversation;

  return {
    async addConversation(conversation) {
      const existing =
        findByKey(conversation.key) ?? state.conversations.get(conversation.id)?.conversation;
      if (existing) return { conversation: existing, added: false };
      const kept = structuredClone(conversation);
      state.conversations.set(kept.id, {
        conversation: kept,
        keys: new Set([kept.key]),
        nextSeq: 1,
        fence: 0,
      });
      return { conversation: kept, added: true };
    },

    async getConversation(id) {
      return state.conversations.get(id)?.conversation;
    },

    async findConversation(key) {
      return findByKey(key);
    },

    async attachThread(id, key) {
      const owner = findByKey(key);
      const row = state.conversations.get(id);
      if (owner === undefined) row?.keys.add(key);
      return row !== undefined && (owner === undefined || owner.id === id);
    },

    async listConversations({ dialogId, userId }) {
      return [...state.conversations.values()]
        .map((row) => row.conversation)
        .filter((one) => one.dialogId === dialogId && one.userId === userId)
        .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
    },

    async renameConversation(id, name) {
      const row = state.conversations.get(id);
      if (!row) return undefined;
      row.conversation = { ...row.conversation, name, updatedAt: new Date(state.clock.now()) };
      return row.conversation;
    },
  };
};
