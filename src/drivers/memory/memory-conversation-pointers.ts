/** Keeps pointers to conversations in memory. */
import type { ConversationPointers } from '../../ports/conversation-pointers.ts';

export const createMemoryConversationPointers = (): ConversationPointers => {
  const pointers = new Map<string, { readonly key: string; readonly lastAtMs: number }>();
  return {
    async currentConversation(place, { candidate, at, silenceMs }) {
      const standing = pointers.get(place);
      const atMs = at.getTime();
      const goesOn = standing !== undefined && standing.lastAtMs >= atMs - silenceMs;
      const next = goesOn
        ? { key: standing.key, lastAtMs: Math.max(standing.lastAtMs, atMs) }
        : { key: candidate, lastAtMs: atMs };
      pointers.set(place, next);
      return next.key;
    },
    async recentPlaces({ prefix, since, most }) {
      return [...pointers]
        .filter(([place, { lastAtMs }]) => place.startsWith(prefix) && lastAtMs >= since.getTime())
        .sort(([, a], [, b]) => b.lastAtMs - a.lastAtMs)
        .slice(0, most)
        .map(([place]) => place);
    },
  };
};
