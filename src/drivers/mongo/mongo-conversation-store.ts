/** Keeps conversations in MongoDB. */
import type { Conversation } from '../../domain/conversation.ts';
import type { ConversationId } from '../../domain/ids.ts';
import type { ConversationStore } from '../../ports/conversation-store.ts';
import { type ConversationDocument, toConversation } from './conversation-schema.ts';
import type { MongoModels } from './mongo-models.ts';
import { guarded, isDuplicateKey } from './store-errors.ts';

export const createMongoConversationStore = ({
  conversations,
}: Pick<MongoModels, 'conversations'>): ConversationStore => {
  const findSame = async ({ key, id }: Conversation): Promise<Conversation | undefined> => {
    const same = await conversations
      .find({ $or: [{ keys: key }, { _id: id }] })
      .lean<ConversationDocument[]>();
    const document = same.find((one) => one.keys.includes(key)) ?? same[0];
    return document && toConversation(document);
  };

  return {
    addConversation: guarded(async (conversation: Conversation) => {
      const existing = await findSame(conversation);
      if (existing) return { conversation: existing, added: false };
      const { id, ...fields } = conversation;
      try {
        await conversations.create({
          _id: id,
          ...fields,
          keys: [fields.key],
          nextSeq: 1,
          fence: 0,
        });
        return { conversation, added: true };
      } catch (error) {
        // Another caller was faster, or the outcome of our write is unknown: what stands there decides.
        const standing = await findSame(conversation);
        if (!standing) throw error;
        return { conversation: standing, added: standing.id === id && !isDuplicateKey(error) };
      }
    }),

    getConversation: guarded(async (id: ConversationId) => {
      const document = await conversations.findById(id).lean<ConversationDocument>();
      return document ? toConversation(document) : undefined;
    }),

    findConversation: guarded(async (key: string) => {
      const document = await conversations.findOne({ keys: key }).lean<ConversationDocument>();
      return document ? toConversation(document) : undefined;
    }),

    attachThread: guarded(async (id: ConversationId, key: string) => {
      try {
        const { matchedCount } = await conversations.updateOne(
          { _id: id },
          { $addToSet: { keys: key } },
        );
        return matchedCount === 1;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    }),

    listConversations: guarded(async ({ dialogId, userId }) => {
      const documents = await conversations
        .find({ dialogId, userId })
        .sort({ createdAt: -1 })
        .lean<ConversationDocument[]>();
      return documents.map(toConversation);
    }),

    renameConversation: guarded(async (id: ConversationId, name: string) => {
      const document = await conversations
        .findOneAndUpdate(
          { _id: id },
          { $set: { name }, $currentDate: { updatedAt: true } },
          { returnDocument: 'after' },
        )
        .lean<ConversationDocument>();
      return document ? toConversation(document) : undefined;
    }),
  };
};
