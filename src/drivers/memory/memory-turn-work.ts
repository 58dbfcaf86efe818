/** What the lease's holder writes, in memory. */
import { isEnded, isOpen, type Turn } from '../../domain/turn.ts';
import type { TurnPatch, TurnWork } from '../../ports/turn-work.ts';
import { type MemoryState, turnsInOrder } from './memory-state.ts';

export const createMemoryTurnWork = (state: MemoryState): TurnWork => {
  const put = (turn: Turn): Turn => {
    state.turns.set(turn.id, turn);
    return turn;
  };

  return {
    async claimTurn(conversationId, fence) {
      if (state.conversations.get(conversationId)?.fence !== fence) return undefined;
      const oldest = turnsInOrder(state, conversationId).find((turn) => turn.open);
      return oldest && put({ ...oldest, fence });
    },

    async updateTurn(id, fence, patch) {
      const turn = state.turns.get(id);
      return turn?.fence === fence ? put(applyPatch(turn, patch, state.clock.now())) : undefined;
    },

    async updateAtRevision(id, fence, { revision, patch }) {
      const turn = state.turns.get(id);
      if (turn?.fence !== fence) return undefined;
      const isSame = (turn.revision ?? 0) === revision;
      return isSame ? put(applyPatch(turn, patch, state.clock.now())) : turn;
    },

    async claimWaiting(conversationId, fence) {
      if (state.conversations.get(conversationId)?.fence !== fence) return [];
      return turnsInOrder(state, conversationId)
        .filter((turn) => turn.state === 'queued' && turn.error === undefined)
        .map((turn) => put({ ...turn, fence }));
    },

    async hasOpenTurns(conversationId) {
      return turnsInOrder(state, conversationId).some((turn) => turn.open);
    },
  };
};

const applyPatch = (turn: Turn, patch: TurnPatch, nowMs: number): Turn => {
  const { endedAt, ...patched } = { ...turn, ...structuredClone(patch) };
  const ended = isEnded(patched.state);
  return {
    ...patched,
    open: isOpen(patched),
    ...(ended ? { endedAt: endedAt ?? new Date(nowMs) } : {}),
  };
};
