/** Stores a question as a turn, then wakes a worker: what every door calls before it acknowledges anything. */
import type { Conversation } from '../domain/conversation.ts';
import { BotError, type ErrorCode, toBotError } from '../domain/errors.ts';
import type { ConversationId } from '../domain/ids.ts';
import { maxQuestionLengthChars, type NewTurn, type Turn } from '../domain/turn.ts';
import type { ConversationStore } from '../ports/conversation-store.ts';
import type { Log } from '../ports/log.ts';
import type { TurnStore } from '../ports/turn-store.ts';
import type { WakeQueue } from '../ports/wake-queue.ts';

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
 * A question that is refused is stored too, without its text, so that the sentence reaches the asker exactly once.
 * Throws `store_unavailable`: then nothing may be acknowledged. The wake-up is not waited for; the sweep finds what it missed.
 */
export const createReceiveQuestion = (deps: {
  readonly conversations: ConversationStore;
  readonly turns: TurnStore;
  readonly queue: Pick<WakeQueue, 'wake'>;
  readonly newConversationId: () => ConversationId;
  readonly now: () => number;
  readonly log: Log;
}): ReceiveQuestion => {
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

/** Never rejects. A row of wake-ups that can't be sent makes one line: the first. */
const createQuietWake = (deps: {
  readonly queue: Pick<WakeQueue, 'wake'>;
  readonly log: Log;
}): ((id: ConversationId) => Promise<void>) => {
  let failing = false;
  return async (id) => {
    try {
      await deps.queue.wake(id);
      failing = false;
    } catch (error) {
      if (!failing) {
        const { code } = toBotError(error);
        deps.log.warn('wake-ups not sent, the sweep finds the turns', { code });
      }
      failing = true;
    }
  };
};

const checked = (turn: NewTurn): NewTurn => {
  const code = refusalFor(turn.question.text);
  return code === undefined ? turn : { ...turn, question: { text: '' }, error: { code } };
};

/** The same check for doors that can answer at once. Throws `question_empty` or `question_too_long`. */
export const assertQuestion = (text: string): void => {
  const code = refusalFor(text);
  if (code !== undefined) throw new BotError(code, { details: { lengthChars: text.length } });
};
