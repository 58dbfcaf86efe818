/** What the storms of all platforms share: what is answered, when all has ended, and how what happened is sorted. */
import { createConnection } from 'mongoose';
import type { ConversationId, TurnId } from '../../../src/domain/ids.ts';
import type { Platform } from '../../../src/domain/platform.ts';
import { createMongoModels } from '../../../src/drivers/mongo/mongo-models.ts';
import type { TurnDocument } from '../../../src/drivers/mongo/turn-schema.ts';
import { until } from './until.ts';

/** No two answers share a number, and no number of an answer comes twice. */
const numbersOf = (index: number): string =>
  Array.from({ length: 30 }, (_none, at) => 1_000 * (index + 1) + at).join(' ');
export const beginOf = (index: number): string => `Case ${index} counts`;
export const answerOf = (index: number): string => `${beginOf(index)} ${numbersOf(index)}.`;

/** The turns, when every one is stored and has ended and nobody holds a conversation any more; or as they stand when patience is over. */
export const allEnded = async (
  mongodbUrl: string,
  { ids, patienceMs }: { readonly ids: readonly TurnId[]; readonly patienceMs: number },
): Promise<ReadonlyMap<TurnId, TurnDocument>> => {
  const connection = await createConnection(mongodbUrl, { autoIndex: false }).asPromise();
  const { turns, conversations } = createMongoModels(connection);
  const isQuiet = async () =>
    (await turns.countDocuments({ _id: { $in: [...ids] } })) === ids.length &&
    (await turns.countDocuments({ open: true })) === 0 &&
    (await conversations.countDocuments({ lease: { $exists: true } })) === 0;
  try {
    await until(isQuiet, { what: 'all has ended', timeoutMs: patienceMs }).catch(() => {});
    const found = await turns.find({ _id: { $in: [...ids] } }).lean<TurnDocument[]>();
    return new Map(found.map((turn) => [turn._id, turn]));
  } finally {
    await connection.close();
  }
};

/** A question that the platform sent and the product did not keep is open for ever. */
export const neverStored = (id: TurnId, platform: Platform): TurnDocument => ({
  ...{ _id: id, conversationId: '' as ConversationId, seq: 0, platform },
  ...{ state: 'queued', open: true, attempt: 0, deliveries: 0, fence: 0, parts: [] },
  ...{ question: { text: '' }, askedAt: new Date(0), asker: '', audience: 'public', replyTo: {} },
});

export const groupBy = <Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): ReadonlyMap<string, readonly Item[]> => {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item)) ?? [];
    group.push(item);
    groups.set(keyOf(item), group);
  }
  return groups;
};
