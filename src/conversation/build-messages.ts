/** What the model reads of a conversation: the earlier questions with their answers, then the question. */
import { mayRead } from '../domain/audience.ts';
import type { Message } from '../domain/message.ts';
import type { Turn } from '../domain/turn.ts';

/** Older turns never reach the model; the budget usually cuts earlier. */
export const maxHistoryTurns = 20;

/**
 * Oldest first, ends with the turn's question. Left out: turns without an answer, turns that run after this one, cancelled ones
 * (somebody stopped them or deleted the question), those the asker may not see, and those whose question was answered again since, or is now.
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
  const readable = earlier.filter(
    (one) => one.state !== 'cancelled' && mayRead(turn.audience, one.audience),
  );
  const history = withoutRepeated([...readable.filter(isAnswered), turn]).slice(0, -1);
  return [...seed, ...history.flatMap(exchange), { role: 'user', content: turn.question.text }];
};

const isAnswered = ({ answer }: Turn): boolean => answer !== undefined;

/** Of a question that is asked several times only the last turn stays. */
const withoutRepeated = (turns: readonly Turn[]): readonly Turn[] => {
  const lastOf = new Map(turns.map((one) => [one.repeats ?? one.id, one.id]));
  return turns.filter((one) => lastOf.get(one.repeats ?? one.id) === one.id);
};

const exchange = ({ question, answer }: Turn): readonly Message[] => [
  { role: 'user', content: question.text },
  { role: 'assistant', content: answer?.text ?? '' },
];
