/** Keeps turns in memory. */
import { BotError } from '../../domain/errors.ts';
import { type NewTurn, queueTurn, type Turn } from '../../domain/turn.ts';
import type { TurnStore } from '../../ports/turn-store.ts';
import { type MemoryState, turnsInOrder } from './memory-state.ts';

export const createMemoryTurnStore = (state: MemoryState): TurnStore => {
  const findSame = ({ id, clientMsgId }: NewTurn): Turn | undefined =>
    state.turns.get(id) ??
    (clientMsgId === undefined
      ? undefined
      : [...state.turns.values()].find((turn) => turn.clientMsgId === clientMsgId));

  return {
    async addTurn(conversationId, newTurn) {
      const existing = findSame(newTurn);
      if (existing) return { turn: existing, added: false };
      const row = state.conversations.get(conversationId);
      if (!row) throw new BotError('conversation_not_found', { details: { conversationId } });
      const turn = queueTurn(structuredClone(newTurn), { conversationId, seq: row.nextSeq });
      row.nextSeq += 1;
      row.conversation = { ...row.conversation, updatedAt: new Date(state.clock.now()) };
      state.turns.set(turn.id, turn);
      return { turn, added: true };
    },

    async getTurn(id) {
      return state.turns.get(id);
    },

    async findTurnByPart(platform, platformId) {
      return [...state.turns.values()]
        .filter((turn) => turn.platform === platform)
        .filter(({ parts }) => parts.some((part) => part.platformId === platformId))
        .sort((a, b) => b.askedAt.getTime() - a.askedAt.getTime() || b.seq - a.seq)[0];
    },

    async listTurns(conversationId, { last } = {}) {
      const turns = turnsInOrder(state, conversationId);
      return last === undefined ? turns : turns.slice(Math.max(0, turns.length - last));
    },

    async hasAsked(conversationId, asker) {
      return turnsInOrder(state, conversationId).some((turn) => turn.asker === asker);
    },
  };
};
