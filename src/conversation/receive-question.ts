/** Stores a question as a turn, then wakes a worker: what every door calls before it acknowledges anything. */
import type { Conversation } from '../domain/conversation.ts';
import { BotError, type ErrorCode } from '../domain/errors.ts';
import type { ConversationId } from '../domain/ids.ts';
import { maxQuestionLengthChars, type NewTurn, type Turn } from '../domain/turn.ts';
import type { ConversationStore } from '../ports/conversation-store.ts';
import type { TurnStore } from '../ports/turn-store.ts';
import { createQuietWake, type QuietWakeDeps } from './quiet-wake.ts';

export interface IncomingQuestion {
  /** Used when the thread has no conversation yet; otherwise the stored one stands. */
  readonly conversation: Omit<Conversation, 'id' | 'createdAt' | 'updatedAt'>;
  readonly turn: NewTurn;
}

export type ReceiveQuestion = (
  incoming: IncomingQuestion,
) => Promise<{ readonly turn: Turn; readonly added: boolean }>;

/** Why a question is refused at the door, or undefined when it is not: `question_empty`, `question_too_long`. */
export const refusalFor = (text: string): ErrorCode | undefined => {
  if (text.trim() === '') return 'question_empty';
  return text.length > maxQuestionLengthChars ? 'question_too_long' : undefined;
};

/**
 * When it resolves the turn is stored and the event may be acknowledged; a question that came before is found and changes nothing.
 *
 * A question that is refused, here or by the door that says so (`error`), is stored too, without its text, so that the sentence reaches the asker exactly once.
 * Throws `store_unavailable`: then nothing may be acknowledged. The wake-up is not waited for; the sweep finds what it missed.
 */
export const createReceiveQuestion = (
  deps: QuietWakeDeps & {
    readonly conversations: ConversationStore;
    readonly turns: TurnStore;
    readonly newConversationId: () => ConversationId;
    readonly now: () => number;
  },
): ReceiveQuestion => {
  const wake = createQuietWake(deps);
  return async (incoming) => {
    const at = new Date(deps.now());
    const { conversation } = await deps.conversations.addConversation({
      ...incoming.conversation,
      id: deps.newConversationId(),
      createdAt: at,
      updatedAt: at,
    });
    const { turn, added } = await deps.turns.addTurn(conversation.id, checked(incoming.turn));
    if (turn.open) void wake(conversation.id);
    return { turn, added };
  };
};

const checked = (turn: NewTurn): NewTurn => {
  const code = refusalFor(turn.question.text);
  const error = turn.error ?? (code === undefined ? undefined : { code });
  return error === undefined ? turn : { ...turn, question: { text: '' }, error };
};

/** The same check for doors that can answer at once. Throws `question_empty` or `question_too_long`. */
export const assertQuestion = (text: string): void => {
  const code = refusalFor(text);
  if (code !== undefined) throw new BotError(code, { details: { lengthChars: text.length } });
};
