/** `/v1/conversation/set`, `get` and `list`, and `/v1/dialog/list`. */
import type { Hono } from 'hono';
import * as z from 'zod';
import type { ConversationService } from '../../src/conversation/conversation-service.ts';
import { toBotError } from '../../src/domain/errors.ts';
import { asId, type DialogId } from '../../src/domain/ids.ts';
import type { DialogStore } from '../../src/ports/dialog-store.ts';
import type { HttpEnv } from './authenticate.ts';
import { dataRefusal, success } from './envelope.ts';
import { renderDialog } from './ragflow-dialog.ts';
import { renderRow, renderRowHead } from './ragflow-row.ts';
import { readBody, readConversationId, readQuery } from './read-request.ts';

export interface ConversationRouteDeps {
  readonly conversationService: ConversationService;
  readonly dialogs: Pick<DialogStore, 'listDialogs'>;
}

const defaultDialogId: DialogId = asId('default');

const setSchema = z.object({
  conversation_id: z.string().nullish(),
  is_new: z.boolean().nullish(),
  dialog_id: z.string().nullish(),
  name: z.string().nullish(),
});

export const addConversationRoutes = (app: Hono<HttpEnv>, deps: ConversationRouteDeps): void => {
  const { conversationService: service } = deps;

  app.post('/v1/conversation/set', async (c) => {
    const body = await readBody(c.req, setSchema, { required: [] });
    const userId = c.get('owner');
    const given = body.conversation_id || undefined;
    const name = body.name?.trim() ?? '';
    if (body.is_new ?? given === undefined) {
      const record = await service
        .save({
          ...(given !== undefined && { id: readConversationId(given) }),
          dialogId: dialogIdOf(body.dialog_id),
          name: name || 'New conversation',
          userId,
        })
        .catch(refuseTakenId);
      return c.json(success(renderRow(record)));
    }
    const { conversation_id, name: newName } = await readBody(c.req, renameSchema, {
      required: ['conversation_id', 'name'],
    });
    const record = await service.rename(readConversationId(conversation_id), {
      name: newName,
      userId,
    });
    return c.json(success(renderRow(record)));
  });

  app.get('/v1/conversation/get', async (c) => {
    const id = readConversationId(readQuery(c.req, 'conversation_id'));
    return c.json(success(renderRow(await service.get(id, c.get('owner')))));
  });

  app.get('/v1/conversation/list', async (c) => {
    const dialogId = dialogIdOf(c.req.query('dialog_id'));
    const conversations = await service.list(dialogId, c.get('owner'));
    return c.json(success(conversations.map(renderRowHead)));
  });

  app.get('/v1/dialog/list', async (c) => {
    const dialogs = await deps.dialogs.listDialogs();
    return c.json(success(dialogs.map(renderDialog)));
  });
};

const renameSchema = z.object({ conversation_id: z.string(), name: z.string().trim().min(1) });

const dialogIdOf = (text: string | null | undefined): DialogId =>
  text ? asId(text) : defaultDialogId;

const refuseTakenId = (error: unknown): never => {
  if (toBotError(error).code !== 'turn_conflict') throw error;
  throw dataRefusal(
    'This conversation_id is taken. Leave it out to get a new one.',
    'turn_conflict',
  );
};
