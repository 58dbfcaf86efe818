/** Makes a turn of the messages that an API client sends. */
import { assertQuestion, type ReceiveQuestion } from '../../src/conversation/receive-question.ts';
import type { Conversation } from '../../src/domain/conversation.ts';
import type { Message } from '../../src/domain/message.ts';
import type { Turn } from '../../src/domain/turn.ts';
import { httpTurnId } from '../../src/domain/turn-id.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { TurnStore } from '../../src/ports/turn-store.ts';
import { dataRefusal } from './envelope.ts';
import { readMessageId } from './read-request.ts';

export interface AskQuestionDeps {
  readonly turns: Pick<TurnStore, 'listTurns'>;
  readonly receiveQuestion: ReceiveQuestion;
  /** For questions that come without an id. */
  readonly newMessageId: () => string;
  readonly clock: Pick<Clock, 'now'>;
}

export interface SentMessage extends Message {
  /** The client's; the same one again with the same text is the same question. */
  readonly id?: string | null | undefined;
}

/**
 * The last message is the question. The server owns the history: what stands before it is kept only as the past of a conversation without a turn.
 * When it resolves the question is stored. Throws a `Refusal`, `question_empty`, `question_too_long`, `store_unavailable`.
 */
export const askQuestion = async (
  deps: AskQuestionDeps,
  conversation: Conversation,
  messages: readonly SentMessage[],
): Promise<Turn> => {
  const last = messages.at(-1);
  if (last?.role !== 'user') {
    throw dataRefusal(
      'The last content of this conversation is not from user.',
      'last_message_not_user',
    );
  }
  assertQuestion(last.content);
  const messageId = readMessageId(last.id ?? deps.newMessageId());
  const isFirst = (await deps.turns.listTurns(conversation.id, { last: 1 })).length === 0;
  const seedHistory = isFirst ? historyOf(messages.slice(0, -1)) : [];
  const { turn } = await deps.receiveQuestion({
    conversation,
    turn: {
      id: httpTurnId(conversation.id, messageId),
      platform: 'http',
      question: { text: last.content },
      askedAt: new Date(deps.clock.now()),
      asker: conversation.userId,
      audience: conversation.audience,
      replyTo: {},
      ...(seedHistory.length > 0 && { seedHistory }),
    },
  });
  if (turn.question.text !== last.content) {
    throw dataRefusal(
      'A message with this id and another text was sent before. Send new questions with a new id, or without one.',
      'turn_conflict',
    );
  }
  return turn;
};

/** As RAGFlow reads it: without instructions, and from the first question on. */
const historyOf = (messages: readonly SentMessage[]): readonly Message[] => {
  const spoken = messages.filter(({ role, content }) => role !== 'system' && content.trim() !== '');
  const first = spoken.findIndex(({ role }) => role === 'user');
  return first < 0 ? [] : spoken.slice(first).map(({ role, content }) => ({ role, content }));
};
