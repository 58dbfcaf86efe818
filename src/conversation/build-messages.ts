/** What the model reads of a conversation: the earlier questions with their answers, then the question. */
import { type Audience, mayRead } from '../domain/audience.ts';
import type { Message } from '../domain/message.ts';
import type { Turn } from '../domain/turn.ts';

/** Older turns never reach the model; the budget usually cuts earlier. */
export const maxHistoryTurns = 20;

/**
 * Oldest first, ends with the turn's question. Left out: turns without an answer, turns that run after this one, cancelled ones
 * (somebody stopped them or deleted the question), and those the asker may not see.
 *
 * @param turns The conversation's turns in order, the turn among them.
 */
export const buildMessages = (turns: readonly Turn[], turn: Turn): readonly Message[] => {
  const earlier = turns.slice(
    0,
    Math.max(
      0,
      turns.findIndex((one) => one.id === turn.id),
    ),
  );
  const seed = [...earlier, turn].find((one) => one.seedHistory !== undefined)?.seedHistory ?? [];
  const history = earlier.flatMap((one) => exchange(one, turn.audience));
  return [...seed, ...history, { role: 'user', content: turn.question.text }];
};

const exchange = (turn: Turn, reader: Audience): readonly Message[] =>
  turn.answer === undefined || turn.state === 'cancelled' || !mayRead(reader, turn.audience)
    ? []
    : [
        { role: 'user', content: turn.question.text },
        { role: 'assistant', content: turn.answer.text },
      ];
