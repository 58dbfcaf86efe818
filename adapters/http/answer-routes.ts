/** `/v1/conversation/completion`, `events` and `stop`: asks a question, follows its answer, stops it. */
import type { Hono, HonoRequest } from 'hono';
import * as z from 'zod';
import type { CancelTurn } from '../../src/conversation/cancel-turn.ts';
import type { Conversation } from '../../src/domain/conversation.ts';
import { BotError } from '../../src/domain/errors.ts';
import type { Turn } from '../../src/domain/turn.ts';
import { httpTurnId } from '../../src/domain/turn-id.ts';
import type { ConversationStore } from '../../src/ports/conversation-store.ts';
import { type AskQuestionDeps, askQuestion } from './ask-question.ts';
import type { ClientConnection, HttpEnv } from './authenticate.ts';
import { dataRefusal, success } from './envelope.ts';
import type { FollowAnswerDeps } from './follow-answer.ts';
import {
  readBody,
  readConversationId,
  readLastEventId,
  readMessageId,
  readQuery,
} from './read-request.ts';
import { streamAnswer, waitForAnswer } from './stream-answer.ts';

export type AnswerRouteDeps = FollowAnswerDeps &
  AskQuestionDeps & {
    readonly conversations: Pick<ConversationStore, 'getConversation'>;
    readonly cancelTurn: CancelTurn;
  };

const completionSchema = z.object({
  conversation_id: z.string(),
  messages: z.array(
    z.object({
      role: z.enum(['system', 'user', 'assistant']),
      content: z.string(),
      id: z.string().nullish(),
    }),
  ),
  stream: z.boolean().nullish(),
});

const stopSchema = z.object({ conversation_id: z.string(), message_id: z.string() });

export const addAnswerRoutes = (app: Hono<HttpEnv>, deps: AnswerRouteDeps): void => {
  app.post('/v1/conversation/completion', async (c) => {
    const body = await readBody(c.req, completionSchema, {
      required: ['conversation_id', 'messages'],
    });
    const conversation = await findOwn(deps, body.conversation_id, c.get('owner'));
    const turn = await askQuestion(deps, conversation, body.messages);
    const signal = endOf(c.req, c.env);
    if (body.stream === false) return c.json(await waitForAnswer(deps, turn, { signal }));
    return streamAnswer(deps, turn, { lastEventId: readLastEventId(c.req), signal });
  });

  app.get('/v1/conversation/events', async (c) => {
    const turn = await findTurn(deps, {
      conversationId: readQuery(c.req, 'conversation_id'),
      messageId: readQuery(c.req, 'message_id'),
      owner: c.get('owner'),
    });
    const signal = endOf(c.req, c.env);
    return streamAnswer(deps, turn, { lastEventId: readLastEventId(c.req), signal });
  });

  app.post('/v1/conversation/stop', async (c) => {
    const body = await readBody(c.req, stopSchema, { required: ['conversation_id', 'message_id'] });
    const turn = await findTurn(deps, {
      conversationId: body.conversation_id,
      messageId: body.message_id,
      owner: c.get('owner'),
    });
    await deps.cancelTurn(turn.id, { removeReply: false });
    return c.json(success(true));
  });
};

/** Somebody else's is not found, like one that does not exist. */
const findOwn = async (
  { conversations }: Pick<AnswerRouteDeps, 'conversations'>,
  id: string,
  owner: string,
): Promise<Conversation> => {
  const conversation = await conversations.getConversation(readConversationId(id));
  if (conversation?.userId !== owner) throw new BotError('conversation_not_found');
  return conversation;
};

const findTurn = async (
  deps: Pick<AnswerRouteDeps, 'conversations' | 'turns'>,
  names: { readonly conversationId: string; readonly messageId: string; readonly owner: string },
): Promise<Turn> => {
  const conversation = await findOwn(deps, names.conversationId, names.owner);
  const messageId = readMessageId(names.messageId);
  const turn = await deps.turns.getTurn(httpTurnId(conversation.id, messageId));
  if (turn === undefined) throw dataRefusal('Message not found!');
  return turn;
};

const endOf = (request: HonoRequest, connection: ClientConnection | undefined): AbortSignal =>
  connection?.signal ?? request.raw.signal;
