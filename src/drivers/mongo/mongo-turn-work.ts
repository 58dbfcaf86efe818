/** What the lease's holder writes, in MongoDB. */
import type { ConversationId, TurnId } from '../../domain/ids.ts';
import { isEnded, isOpen, type Turn } from '../../domain/turn.ts';
import type { TurnPatch, TurnWork } from '../../ports/turn-work.ts';
import type { MongoModels } from './mongo-models.ts';
import { guarded } from './store-errors.ts';
import { type TurnDocument, toTurn } from './turn-schema.ts';

type StateFields = Pick<TurnDocument, 'state' | 'removeReply' | 'refreshReply' | 'revision'>;

export const createMongoTurnWork = ({ conversations, turns }: MongoModels): TurnWork => ({
  claimTurn: guarded(async (conversationId: ConversationId, fence: number) => {
    for (;;) {
      if (!(await conversations.exists({ _id: conversationId, fence }))) return undefined;
      const oldest = await turns
        .findOne({ conversationId, open: true }, { _id: 1 })
        .sort({ askedAt: 1, seq: 1 })
        .lean<Pick<TurnDocument, '_id'>>();
      if (!oldest) return undefined;
      const claimed = await turns
        .findOneAndUpdate(
          { _id: oldest._id, open: true, fence: { $lte: fence } },
          { $set: { fence } },
          { returnDocument: 'after' },
        )
        .lean<TurnDocument>();
      if (claimed) return toTurn(claimed);
      // The last write of the holder before us ended the turn, or a holder after us claimed it: look again.
    }
  }),

  updateTurn: guarded((id: TurnId, fence: number, patch: TurnPatch) =>
    update(turns, { id, fence, patch }),
  ),

  updateAtRevision: guarded((id: TurnId, fence: number, { revision, patch }) =>
    update(turns, { id, fence, patch, revision }),
  ),

  claimWaiting: guarded(async (conversationId: ConversationId, fence: number) => {
    if (!(await conversations.exists({ _id: conversationId, fence }))) return [];
    const waiting = {
      conversationId,
      open: true,
      state: 'queued',
      error: { $exists: false },
    } as const;
    await turns.updateMany({ ...waiting, fence: { $lt: fence } }, { $set: { fence } });
    const claimed = await turns
      .find({ ...waiting, fence })
      .sort({ askedAt: 1, seq: 1 })
      .lean<TurnDocument[]>();
    return claimed.map(toTurn);
  }),

  hasOpenTurns: guarded(
    async (conversationId: ConversationId) =>
      (await turns.exists({ conversationId, open: true })) !== null,
  ),
});

/** With a revision the patch is applied where the question is still of it; else the turn is given back as it stands. */
const update = async (
  turns: MongoModels['turns'],
  options: {
    readonly id: TurnId;
    readonly fence: number;
    readonly patch: TurnPatch;
    readonly revision?: number;
  },
): Promise<Turn | undefined> => {
  const { id, fence, patch, revision } = options;
  for (;;) {
    const before = await turns
      .findOne({ _id: id, fence }, { state: 1, removeReply: 1, refreshReply: 1, revision: 1 })
      .lean<StateFields>();
    if (!before) return undefined;
    if (revision !== undefined && (before.revision ?? 0) !== revision) {
      const standing = await turns.findOne({ _id: id, fence }).lean<TurnDocument>();
      return standing ? toTurn(standing) : undefined;
    }
    const updated = await turns
      .findOneAndUpdate({ _id: id, fence, ...sameAs(before, revision) }, toUpdate(before, patch), {
        returnDocument: 'after',
      })
      .lean<TurnDocument>();
    if (updated) return toTurn(updated);
    // A person changed the turn in between: `open` must follow from that too.
  }
};

const sameAs = (before: StateFields, revision: number | undefined) => ({
  state: before.state,
  removeReply: before.removeReply ?? null,
  refreshReply: before.refreshReply ?? null,
  ...(revision !== undefined && { revision: before.revision ?? null }),
});

const toUpdate = (before: StateFields, patch: TurnPatch) => {
  const after = { ...before, ...patch };
  const ended = isEnded(after.state);
  return {
    $set: { ...patch, open: isOpen(after) },
    ...(ended && !isEnded(before.state) ? { $currentDate: { endedAt: true } as const } : {}),
    ...(!ended ? { $unset: { endedAt: 1 } as const } : {}),
  };
};
