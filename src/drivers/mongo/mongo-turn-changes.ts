/** What people do to stored turns, in MongoDB: each change is one conditional write, so that none undoes another's or a worker's. */
import type { QueryFilter, UpdateQuery } from 'mongoose';
import type { TurnId } from '../../domain/ids.ts';
import type { Rating, Turn } from '../../domain/turn.ts';
import type { TurnChanges } from '../../ports/turn-changes.ts';
import type { MongoModels } from './mongo-models.ts';
import { guarded } from './store-errors.ts';
import { ratingKey, type TurnDocument, toTurn } from './turn-schema.ts';

const ended = ['done', 'failed', 'cancelled'] as const;
const unanswered = ['queued', 'running'] as const;
const answered = ['answered', 'done', 'failed'] as const;

export const createMongoTurnChanges = ({ turns }: Pick<MongoModels, 'turns'>): TurnChanges => {
  const change = async (
    filter: QueryFilter<TurnDocument>,
    update: UpdateQuery<TurnDocument>,
  ): Promise<Turn | undefined> => {
    const document = await turns
      .findOneAndUpdate(filter, update, { returnDocument: 'after' })
      .lean<TurnDocument>();
    return document ? toTurn(document) : undefined;
  };
  const find = async (filter: QueryFilter<TurnDocument>): Promise<Turn | undefined> => {
    const document = await turns.findOne(filter).lean<TurnDocument>();
    return document ? toTurn(document) : undefined;
  };

  return {
    requestCancel: guarded(async (id: TurnId, { removeReply }) => {
      const changed = await change(
        removeReply ? { _id: id } : { _id: id, state: { $nin: ended } },
        {
          $currentDate: { cancelRequestedAt: true },
          ...(removeReply ? { $set: { removeReply, open: true } } : {}),
        },
      );
      return changed ?? find({ _id: id });
    }),

    editQuestion: guarded(async (id: TurnId, text: string) => {
      // A turn only goes from the first of these to the second: whichever it is at the time of a write, one of them in this order meets it.
      const early = {
        _id: id,
        state: { $in: unanswered },
        cancelRequestedAt: null,
        removeReply: { $ne: true },
      };
      const late = { _id: id, state: { $in: answered }, removeReply: { $ne: true } };
      const reopened = { refreshReply: true, open: true };
      return (
        (await change(
          { ...early, 'question.text': { $ne: text } },
          { $set: { 'question.text': text }, $inc: { revision: 1 }, $unset: { error: 1 } },
        )) ??
        (await change(
          { ...late, 'question.text': { $ne: text }, editedText: { $ne: text } },
          { $set: { ...reopened, editedText: text } },
        )) ??
        (await change(
          { ...late, 'question.text': text, editedText: { $exists: true } },
          { $set: reopened, $unset: { editedText: 1 } },
        )) ??
        find({ $or: [early, late] })
      );
    }),

    rateTurn: guarded(async (id: TurnId, { rater, helpful, reason }: Omit<Rating, 'at'>) => {
      const path = `ratings.${ratingKey(rater)}`;
      return change(
        { _id: id },
        {
          $set: {
            [`${path}.rater`]: rater,
            [`${path}.helpful`]: helpful,
            ...(reason !== undefined && { [`${path}.reason`]: reason }),
          },
          ...(reason === undefined && { $unset: { [`${path}.reason`]: 1 } }),
          $currentDate: { [`${path}.at`]: true },
        },
      );
    }),
  };
};
