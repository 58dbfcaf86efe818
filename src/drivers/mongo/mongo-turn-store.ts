/** Keeps turns in MongoDB. */
import { BotError } from '../../domain/errors.ts';
import type { ConversationId, TurnId } from '../../domain/ids.ts';
import type { Platform } from '../../domain/platform.ts';
import { type NewTurn, queueTurn, type Turn } from '../../domain/turn.ts';
import type { TurnStore } from '../../ports/turn-store.ts';
import type { MongoModels } from './mongo-models.ts';
import { guarded } from './store-errors.ts';
import { type TurnDocument, toTurn } from './turn-schema.ts';

export const createMongoTurnStore = ({ conversations, turns }: MongoModels): TurnStore => {
  const findSame = async ({ id, clientMsgId }: NewTurn): Promise<Turn | undefined> => {
    const same = await turns
      .find(clientMsgId === undefined ? { _id: id } : { $or: [{ _id: id }, { clientMsgId }] })
      .lean<TurnDocument[]>();
    const document = same.find((one) => one._id === id) ?? same[0];
    return document && toTurn(document);
  };

  /** Takes the next `seq`; one that is taken and then not used leaves a gap, which means nothing. */
  const takeSeq = async (conversationId: ConversationId): Promise<number> => {
    const before = await conversations
      .findOneAndUpdate(
        { _id: conversationId },
        { $inc: { nextSeq: 1 }, $currentDate: { updatedAt: true } },
        { returnDocument: 'before', projection: { nextSeq: 1 } },
      )
      .lean<{ readonly nextSeq: number }>();
    if (!before) throw new BotError('conversation_not_found', { details: { conversationId } });
    return before.nextSeq;
  };

  return {
    addTurn: guarded(async (conversationId: ConversationId, newTurn: NewTurn) => {
      const existing = await findSame(newTurn);
      if (existing) return { turn: existing, added: false };
      const turn = queueTurn(newTurn, { conversationId, seq: await takeSeq(conversationId) });
      const { id, ...fields } = turn;
      try {
        await turns.create({ _id: id, ...fields });
        return { turn, added: true };
      } catch (error) {
        // Another caller was faster, or the outcome of our write is unknown: what stands there decides.
        const standing = await findSame(newTurn);
        if (!standing) throw error;
        return { turn: standing, added: standing.id === id && standing.seq === turn.seq };
      }
    }),

    getTurn: guarded(async (id: TurnId) => {
      const document = await turns.findById(id).lean<TurnDocument>();
      return document ? toTurn(document) : undefined;
    }),

    findTurnByPart: guarded(async (platform: Platform, platformId: string) => {
      const [document] = await turns
        .find({ platform, 'parts.platformId': platformId })
        .sort({ askedAt: -1, seq: -1 })
        .limit(1)
        .lean<TurnDocument[]>();
      return document && toTurn(document);
    }),

    listTurns: guarded(async (conversationId, { last } = {}) => {
      if (last === 0) return [];
      const newestFirst = await turns
        .find({ conversationId })
        .sort({ askedAt: -1, seq: -1 })
        .limit(last ?? 0)
        .lean<TurnDocument[]>();
      return newestFirst.map(toTurn).reverse();
    }),

    hasAsked: guarded(
      async (conversationId: ConversationId, asker: string) =>
        (await turns.exists({ conversationId, asker })) !== null,
    ),
  };
};
