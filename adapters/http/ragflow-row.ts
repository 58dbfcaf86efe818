/** A conversation as RAGFlow's clients read it: one row with its messages and references. */
import type { ConversationRecord } from '../../src/conversation/conversation-service.ts';
import type { Conversation } from '../../src/domain/conversation.ts';
import { emptyReference } from '../../src/domain/reference.ts';
import type { Turn } from '../../src/domain/turn.ts';
import { httpTurnId } from '../../src/domain/turn-id.ts';
import { sentenceFor } from './envelope.ts';
import { type RagflowReference, renderReference } from './ragflow-reference.ts';

interface RagflowMessage {
  readonly role: 'user' | 'assistant';
  readonly content: string;
  /** A question and its answer share one; the prologue has none. */
  readonly id?: string;
  /** Seconds since the epoch. */
  readonly created_at?: number;
}

export interface RagflowRow extends ReturnType<typeof renderRowHead> {
  readonly message: readonly RagflowMessage[];
  /** One entry per message of the assistant, without the prologue: entry `k` belongs to its `k + 1`st answer. */
  readonly reference: readonly RagflowReference[];
}

/** The row without its messages, as a list shows it. Times are milliseconds since the epoch. */
export const renderRowHead = (conversation: Conversation) => ({
  id: conversation.id,
  dialog_id: conversation.dialogId,
  name: conversation.name,
  user_id: conversation.userId,
  create_time: conversation.createdAt.getTime(),
  update_time: conversation.updatedAt.getTime(),
});

/** A question that still waits, or was stopped before there was an answer, stands without one; a failed one is answered by its sentence. */
export const renderRow = ({ conversation, dialog, turns }: ConversationRecord): RagflowRow => {
  const { prologue } = dialog.prompt;
  const greeting: RagflowMessage[] =
    prologue === '' ? [] : [{ role: 'assistant', content: prologue }];
  return {
    ...renderRowHead(conversation),
    message: [...greeting, ...turns.flatMap(renderExchange)],
    reference: turns
      .filter((turn) => answerOf(turn) !== undefined)
      .map((turn) => renderReference(turn.reference ?? emptyReference)),
  };
};

const renderExchange = (turn: Turn): RagflowMessage[] => {
  const id = messageIdOf(turn);
  const question: RagflowMessage = {
    role: 'user',
    content: turn.question.text,
    id,
    created_at: turn.askedAt.getTime() / 1_000,
  };
  const content = answerOf(turn);
  if (content === undefined) return [question];
  const answeredAt = turn.endedAt ?? turn.askedAt;
  const created_at = answeredAt.getTime() / 1_000;
  return [question, { role: 'assistant', content, id, created_at }];
};

const answerOf = (turn: Turn): string | undefined => {
  if (turn.answer !== undefined) return turn.answer.text;
  return turn.state === 'failed'
    ? `**ERROR**: ${sentenceFor(turn.error?.code ?? 'internal')}`
    : undefined;
};

/** The client's message id: the turn's id without what we put before it. */
export const messageIdOf = ({ id, conversationId }: Turn): string =>
  id.slice(httpTurnId(conversationId, '').length);
