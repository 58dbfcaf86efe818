/** What every lease store does. */
import { describe, expect, test } from 'vitest';
import {
  asId,
  type ConversationId,
  newConversationId,
  type WorkerId,
} from '../../src/domain/ids.ts';
import { buildConversation, buildNewTurn } from '../fakes/build.ts';
import type { OpenStores, StoreHarness } from './store-harness.ts';

export const describeLeaseStore = (open: OpenStores): void => {
  const ours: WorkerId = asId('worker-1');
  const theirs: WorkerId = asId('worker-2');

  const addConversation = async (
    { conversations, turns }: StoreHarness,
    askedAt: readonly string[] = [],
  ): Promise<ConversationId> => {
    const conversation = buildConversation({ id: newConversationId() });
    await conversations.addConversation(conversation);
    for (const [index, time] of askedAt.entries()) {
      const id = asId<ReturnType<typeof buildNewTurn>['id']>(`${conversation.id}-${index}`);
      await turns.addTurn(conversation.id, buildNewTurn({ id, askedAt: new Date(time) }));
    }
    return conversation.id;
  };

  test('gives a free conversation a fence, and the next holder a higher one', async () => {
    const stores = await open();
    const { leases, leaseMs } = stores;
    const id = await addConversation(stores);
    const first = (await leases.acquireLease(id, { owner: ours, leaseMs })) ?? 0;
    await leases.releaseLease(id, first);
    const second = await leases.acquireLease(id, { owner: theirs, leaseMs });
    expect(first).toBeGreaterThan(0);
    expect(second).toBeGreaterThan(first);
  });

  test('refuses everybody while a lease lives, its owner too', async () => {
    const stores = await open();
    const { leases, leaseMs } = stores;
    const id = await addConversation(stores);
    await leases.acquireLease(id, { owner: ours, leaseMs });
    expect(await leases.acquireLease(id, { owner: theirs, leaseMs })).toBeUndefined();
    expect(await leases.acquireLease(id, { owner: ours, leaseMs })).toBeUndefined();
  });

  test('refuses a conversation that does not exist', async () => {
    const { leases, leaseMs } = await open();
    const id = newConversationId();
    expect(await leases.acquireLease(id, { owner: ours, leaseMs })).toBeUndefined();
    expect(await leases.renewLease(id, 1)).toBe(false);
    await expect(leases.releaseLease(id, 1)).resolves.toBeUndefined();
  });

  test('gives one of 50 callers at once the lease', async () => {
    const stores = await open();
    const { leases, leaseMs } = stores;
    const id = await addConversation(stores);
    const fences = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        leases.acquireLease(id, { owner: asId(`worker-${index}`), leaseMs: leaseMs * 100 }),
      ),
    );
    expect(fences.filter((fence) => fence !== undefined)).toEqual([1]);
  });

  test('gives one of 50 callers at once a lease that has run out', async () => {
    const stores = await open();
    const { leases, leaseMs, eventually } = stores;
    const id = await addConversation(stores, ['2026-01-05T09:00:00Z']);
    await leases.acquireLease(id, { owner: ours, leaseMs });
    await eventually(async () => {
      expect(await leases.findConversationsToDrain({ leaseMs, limit: 10 })).toEqual([id]);
    });
    const fences = await Promise.all(
      Array.from({ length: 50 }, () => leases.acquireLease(id, { owner: theirs, leaseMs })),
    );
    expect(fences.filter((fence) => fence !== undefined)).toEqual([2]);
  });

  test('lets the lease run out on its own, and the old fence can do nothing then', async () => {
    const stores = await open();
    const { leases, leaseMs, eventually } = stores;
    const id = await addConversation(stores);
    const old = (await leases.acquireLease(id, { owner: ours, leaseMs })) ?? 0;
    await eventually(async () => {
      expect(await leases.acquireLease(id, { owner: theirs, leaseMs })).toBe(old + 1);
    });
    expect(await leases.renewLease(id, old)).toBe(false);
    await leases.releaseLease(id, old);
    expect(await leases.renewLease(id, old + 1)).toBe(true);
  });

  test('renews a lease that has run out as long as nobody has taken it', async () => {
    const stores = await open();
    const { leases, leaseMs, eventually } = stores;
    const id = await addConversation(stores, ['2026-01-05T09:00:00Z']);
    const fence = (await leases.acquireLease(id, { owner: ours, leaseMs })) ?? 0;
    await eventually(async () => {
      expect(await leases.findConversationsToDrain({ leaseMs, limit: 10 })).toEqual([id]);
    });
    expect(await leases.renewLease(id, fence)).toBe(true);
    expect(await leases.acquireLease(id, { owner: theirs, leaseMs })).toBeUndefined();
    expect(await leases.findConversationsToDrain({ leaseMs, limit: 10 })).toEqual([]);
  });

  test('renews no lease that was given back, and gives none back twice', async () => {
    const stores = await open();
    const { leases, leaseMs } = stores;
    const id = await addConversation(stores);
    const fence = (await leases.acquireLease(id, { owner: ours, leaseMs })) ?? 0;
    await leases.releaseLease(id, fence);
    expect(await leases.renewLease(id, fence)).toBe(false);
    await leases.releaseLease(id, fence);
    expect(await leases.acquireLease(id, { owner: theirs, leaseMs })).toBe(fence + 1);
  });

  describe('findConversationsToDrain', () => {
    test('names conversations with open turns, the longest waiting first', async () => {
      const stores = await open();
      const { leases, leaseMs } = stores;
      const ten = await addConversation(stores, ['2026-01-05T10:00:00Z']);
      const nine = await addConversation(stores, ['2026-01-05T12:00:00Z', '2026-01-05T09:00:00Z']);
      const eleven = await addConversation(stores, ['2026-01-05T11:00:00Z']);
      await addConversation(stores);
      expect(await leases.findConversationsToDrain({ leaseMs, limit: 10 })).toEqual([
        nine,
        ten,
        eleven,
      ]);
      expect(await leases.findConversationsToDrain({ leaseMs, limit: 2 })).toEqual([nine, ten]);
    });

    test('leaves out conversations that somebody works on', async () => {
      const stores = await open();
      const { leases, leaseMs } = stores;
      const held = await addConversation(stores, ['2026-01-05T09:00:00Z']);
      const free = await addConversation(stores, ['2026-01-05T10:00:00Z']);
      const fence = (await leases.acquireLease(held, { owner: ours, leaseMs })) ?? 0;
      expect(await leases.findConversationsToDrain({ leaseMs, limit: 1 })).toEqual([free]);
      await leases.releaseLease(held, fence);
      expect(await leases.findConversationsToDrain({ leaseMs, limit: 1 })).toEqual([held]);
    });

    test('leaves out conversations whose turns have ended, until a reply is to be removed', async () => {
      const stores = await open();
      const { leases, changes, work, leaseMs } = stores;
      const id = await addConversation(stores, ['2026-01-05T09:00:00Z']);
      const fence = (await leases.acquireLease(id, { owner: ours, leaseMs })) ?? 0;
      const turn = await work.claimTurn(id, fence);
      if (!turn) throw new Error('no turn was claimed');
      await work.updateTurn(turn.id, fence, { state: 'done' });
      await leases.releaseLease(id, fence);
      expect(await leases.findConversationsToDrain({ leaseMs, limit: 10 })).toEqual([]);
      await changes.requestCancel(turn.id, { removeReply: true });
      expect(await leases.findConversationsToDrain({ leaseMs, limit: 10 })).toEqual([id]);
    });
  });
};
