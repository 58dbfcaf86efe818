/** What people do to stored turns, in memory. */
import { isEnded, type Turn } from '../../domain/turn.ts';
import type { TurnChanges } from '../../ports/turn-changes.ts';
import type { MemoryState } from './memory-state.ts';

export const createMemoryTurnChanges = (state: MemoryState): TurnChanges => {
  const put = (turn: Turn): Turn => {
    state.turns.set(turn.id, turn);
    return turn;
  };

  return {
    async requestCancel(id, { removeReply }) {
      const turn = state.turns.get(id);
      if (!turn || (isEnded(turn.state) && !removeReply)) return turn;
      return put({
        ...turn,
        cancelRequestedAt: new Date(state.clock.now()),
        ...(removeReply ? { removeReply, open: true } : {}),
      });
    },

    async editQuestion(id, text) {
      const turn = state.turns.get(id);
      if (!turn || isTakenBack(turn)) return undefined;
      if (isAnswered(turn)) return put(withEditedText(turn, text));
      if (turn.question.text === text) return turn;
      const { error, ...rest } = turn;
      return put({
        ...rest,
        question: { ...turn.question, text },
        revision: (turn.revision ?? 0) + 1,
      });
    },

    async rateTurn(id, rating) {
      const turn = state.turns.get(id);
      if (!turn) return undefined;
      const kept = { ...rating, at: new Date(state.clock.now()) };
      const others = Object.values(turn.ratings ?? {}).map((one) => [one.rater, one] as const);
      return put({ ...turn, ratings: Object.fromEntries([...others, [rating.rater, kept]]) });
    },
  };
};

const isAnswered = ({ state }: Turn): boolean => isEnded(state) || state === 'answered';

const isTakenBack = (turn: Turn): boolean =>
  turn.state === 'cancelled' ||
  turn.removeReply === true ||
  (!isAnswered(turn) && turn.cancelRequestedAt !== undefined);

const withEditedText = (turn: Turn, text: string): Turn => {
  if ((turn.editedText ?? turn.question.text) === text) return turn;
  const { editedText, ...rest } = turn;
  const reopened = { ...rest, refreshReply: true, open: true };
  return text === turn.question.text ? reopened : { ...reopened, editedText: text };
};
