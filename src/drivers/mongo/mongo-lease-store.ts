/** Keeps leases in MongoDB, on the server's clock: the clocks of the workers don't matter. */
import type { ConversationId } from '../../domain/ids.ts';
import type { LeaseStore } from '../../ports/lease-store.ts';
import type { MongoModels } from './mongo-models.ts';
import { guarded } from './store-errors.ts';

/** How many waiting conversations are looked up at once. */
const batchSize = 500;

export const createMongoLeaseStore = ({ conversations, turns }: MongoModels): LeaseStore => ({
  acquireLease: guarded(async (id: ConversationId, { owner, leaseMs }) => {
    const document = await conversations
      .findOneAndUpdate(
        { _id: id, ...noLiveLease(leaseMs) },
        {
          $inc: { fence: 1 },
          $set: { 'lease.owner': owner },
          $currentDate: { 'lease.at': true },
        },
        { returnDocument: 'after', projection: { fence: 1 } },
      )
      .lean<{ readonly fence: number }>();
    return document?.fence;
  }),

  renewLease: guarded(async (id: ConversationId, fence: number) => {
    const { matchedCount } = await conversations.updateOne(
      { _id: id, fence, lease: { $exists: true } },
      { $currentDate: { 'lease.at': true } },
    );
    return matchedCount === 1;
  }),

  releaseLease: guarded(async (id: ConversationId, fence: number) => {
    await conversations.updateOne({ _id: id, fence }, { $unset: { lease: 1 } });
  }),

  findConversationsToDrain: guarded(async ({ leaseMs, limit }) => {
    const waiting = await turns.aggregate<{ readonly _id: ConversationId }>([
      { $match: { open: true } },
      { $group: { _id: '$conversationId', since: { $min: '$askedAt' } } },
      { $sort: { since: 1 } },
    ]);
    const found: ConversationId[] = [];
    for (let at = 0; at < waiting.length && found.length < limit; at += batchSize) {
      const batch = waiting.slice(at, at + batchSize).map(({ _id }) => _id);
      const free = new Set(
        await conversations.distinct('_id', { _id: { $in: batch }, ...noLiveLease(leaseMs) }),
      );
      found.push(...batch.filter((id) => free.has(id)));
    }
    return found.slice(0, limit);
  }),
});

/** Matches a conversation whose lease was given back, never taken, or is older than its period by the server's clock. */
const noLiveLease = (leaseMs: number) => ({
  $or: [
    { lease: { $exists: false } },
    { $expr: { $lte: [{ $add: ['$lease.at', leaseMs] }, '$$NOW'] } },
  ],
});
