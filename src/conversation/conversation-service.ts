/** What programs do with conversations: create, read, list, rename. Every call checks the owner. */
import type { Conversation } from '../domain/conversation.ts';
import type { Dialog } from '../domain/dialog.ts';
import { BotError } from '../domain/errors.ts';
import type { ConversationId, DialogId } from '../domain/ids.ts';
import type { Turn } from '../domain/turn.ts';
import { httpConversationKey } from '../domain/turn-id.ts';
import type { ConversationStore } from '../ports/conversation-store.ts';
import type { DialogStore } from '../ports/dialog-store.ts';
import type { TurnStore } from '../ports/turn-store.ts';

/** A conversation with all that its RAGFlow row is rendered from. */
export interface ConversationRecord {
  readonly conversation: Conversation;
  readonly dialog: Dialog;
  /** Oldest first. */
  readonly turns: readonly Turn[];
}

export interface ConversationService {
  /** Creates a conversation. Throws `dialog_not_found`; `turn_conflict` when the id is taken. */
  save(fields: {
    readonly id?: ConversationId;
    readonly dialogId: DialogId;
    /** Cut to 255 characters. */
    readonly name: string;
    readonly userId: string;
  }): Promise<ConversationRecord>;
  /** Throws `conversation_not_found`, also when it is somebody else's. */
  get(id: ConversationId, userId: string): Promise<ConversationRecord>;
  /** Newest first; empty when there is none. Throws `dialog_not_found`. */
  list(dialogId: DialogId, userId: string): Promise<readonly Conversation[]>;
  /** Throws `conversation_not_found`. */
  rename(
    id: ConversationId,
    change: { readonly name: string; readonly userId: string },
  ): Promise<ConversationRecord>;
}

const maxNameLengthChars = 255;

export const createConversationService = (deps: {
  readonly conversations: ConversationStore;
  readonly turns: TurnStore;
  readonly dialogs: DialogStore;
  readonly newConversationId: () => ConversationId;
  readonly now: () => number;
}): ConversationService => {
  const dialogOf = async (id: DialogId): Promise<Dialog> => {
    const dialog = await deps.dialogs.getDialog(id);
    if (dialog === undefined) throw new BotError('dialog_not_found');
    return dialog;
  };
  const owned = async (id: ConversationId, userId: string): Promise<Conversation> => {
    const conversation = await deps.conversations.getConversation(id);
    if (conversation === undefined || conversation.userId !== userId) {
      throw new BotError('conversation_not_found');
    }
    return conversation;
  };
  const record = async (conversation: Conversation): Promise<ConversationRecord> => {
    const [dialog, turns] = await Promise.all([
      dialogOf(conversation.dialogId),
      deps.turns.listTurns(conversation.id),
    ]);
    return { conversation, dialog, turns };
  };
  return {
    async save({ id = deps.newConversationId(), dialogId, name, userId }) {
      const dialog = await dialogOf(dialogId);
      const at = new Date(deps.now());
      const { conversation, added } = await deps.conversations.addConversation({
        id,
        key: httpConversationKey(id),
        dialogId,
        name: name.slice(0, maxNameLengthChars),
        platform: 'http',
        place: '',
        audience: 'team',
        userId,
        createdAt: at,
        updatedAt: at,
      });
      if (!added) throw new BotError('turn_conflict');
      return { conversation, dialog, turns: [] };
    },
    get: async (id, userId) => record(await owned(id, userId)),
    async list(dialogId, userId) {
      await dialogOf(dialogId);
      return deps.conversations.listConversations({ dialogId, userId });
    },
    async rename(id, { name, userId }) {
      await owned(id, userId);
      const cut = name.slice(0, maxNameLengthChars);
      const renamed = await deps.conversations.renameConversation(id, cut);
      if (renamed === undefined) throw new BotError('conversation_not_found');
      return record(renamed);
    },
  };
};
