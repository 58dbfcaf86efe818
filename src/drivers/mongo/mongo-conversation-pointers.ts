/** Keeps pointers to conversations in MongoDB. */
import type { ConversationPointers } from '../../ports/conversation-pointers.ts';
import type { MongoModels } from './mongo-models.ts';
import type { PointerDocument } from './pointer-schema.ts';
import { guarded, isDuplicateKey } from './store-errors.ts';

type Question = Parameters<ConversationPointers['currentConversation']>[1];
type Recent = Parameters<ConversationPointers['recentPlaces']>[0];

export const createMongoConversationPointers = ({
  pointers,
}: Pick<MongoModels, 'pointers'>): ConversationPointers => {
  const goOn = async (place: string, at: Date, silenceMs: number): Promise<string | undefined> => {
    const since = new Date(at.getTime() - silenceMs);
    const standing = await pointers
      .findOneAndUpdate(
        { _id: place, lastAt: { $gte: since } },
        { $max: { lastAt: at } },
        { returnDocument: 'after' },
      )
      .lean<PointerDocument>();
    return standing?.key;
  };
  /** Undefined when somebody else began at the same time. */
  const begin = async (
    place: string,
    { candidate, at, silenceMs }: Question,
  ): Promise<string | undefined> => {
    const since = new Date(at.getTime() - silenceMs);
    try {
      const begun = await pointers
        .findOneAndUpdate(
          { _id: place, lastAt: { $lt: since } },
          { $set: { key: candidate, lastAt: at } },
          { upsert: true, returnDocument: 'after' },
        )
        .lean<PointerDocument>();
      return begun?.key;
    } catch (error) {
      if (isDuplicateKey(error)) return undefined;
      throw error;
    }
  };

  return {
    currentConversation: guarded(async (place: string, question: Question) => {
      const { candidate, at, silenceMs } = question;
      return (
        (await goOn(place, at, silenceMs)) ??
        (await begin(place, question)) ??
        (await goOn(place, at, silenceMs)) ??
        candidate
      );
    }),
    recentPlaces: guarded(async ({ prefix, since, most }: Recent) => {
      const recent = await pointers
        .find({ lastAt: { $gte: since }, _id: { $gte: prefix, $lt: `${prefix}\uFFFF` } })
        .sort({ lastAt: -1 })
        .limit(most)
        .lean<PointerDocument[]>();
      return recent.map(({ _id }) => _id);
    }),
  };
};
