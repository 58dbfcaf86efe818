/** Tells which of our messages belong to one turn's reply: nothing but their buttons and what they reply to says so. */
import type { OwnMessage } from './own-messages.ts';

export interface TurnMessages {
  /** Those that stand for the first part: they reply to the question. Oldest first. */
  readonly first: readonly OwnMessage[];
  /** Those behind it: they reply to the first part. Oldest first. */
  readonly further: readonly OwnMessage[];
  /** Those with a file, oldest first. */
  readonly files: readonly OwnMessage[];
}

export const noMessages: TurnMessages = { first: [], further: [], files: [] };

/**
 * Buttons name their turn; a message without any belongs to the turn when it replies to its question or to a message of it, and none of another turn's is behind it. In a thread that was made for the
 * question there is nothing to reply to: the first part stands there first of all.
 *
 * @param own Oldest first, from the question on.
 * @param options.question What the first part replies to; undefined in a thread that was made for the question.
 * @param options.response The command's response, when that is the first part itself.
 */
export const messagesOfTurn = (
  own: readonly OwnMessage[],
  options: {
    readonly turnId: string;
    readonly question: string | undefined;
    readonly response: string | undefined;
  },
): TurnMessages => {
  const { turnId, question, response } = options;
  const found: Record<keyof TurnMessages, OwnMessage[]> = { first: [], further: [], files: [] };
  const ours = new Set(response === undefined ? [] : [response]);
  const isOthers = ({ turns }: OwnMessage) => turns.size > 0 && !turns.has(turnId);
  /** First parts that have no buttons themselves: one behind them does. */
  const othersFirst = new Set(own.filter(isOthers).map(({ repliesTo }) => repliesTo));
  let othersBegan = false;
  for (const message of own) {
    const { id, repliesTo, turns } = message;
    const isBehind = repliesTo !== undefined && ours.has(repliesTo) && !othersFirst.has(id);
    const isFirstOfAll = !othersBegan && found.first.length === 0;
    const isFirst =
      !isBehind &&
      !othersFirst.has(id) &&
      repliesTo === question &&
      (repliesTo !== undefined || isFirstOfAll);
    const belongs = turns.size > 0 ? turns.has(turnId) : isBehind || isFirst;
    if (!belongs) {
      othersBegan = true;
      continue;
    }
    ours.add(id);
    if (message.files.length > 0) found.files.push(message);
    else found[isBehind ? 'further' : 'first'].push(message);
  }
  return found;
};
