/** What the contracts of the stores are given: all of them over one state that nobody else uses. */
import { createMemoryStore } from '../../src/drivers/memory/memory-store.ts';
import type { ConversationPointers } from '../../src/ports/conversation-pointers.ts';
import type { ConversationStore } from '../../src/ports/conversation-store.ts';
import type { LeaseStore } from '../../src/ports/lease-store.ts';
import type { TurnChanges } from '../../src/ports/turn-changes.ts';
import type { TurnStore } from '../../src/ports/turn-store.ts';
import type { TurnWork } from '../../src/ports/turn-work.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';

export interface StoreHarness {
  readonly conversations: ConversationStore;
  readonly turns: TurnStore;
  readonly changes: TurnChanges;
  readonly leases: LeaseStore;
  readonly work: TurnWork;
  readonly pointers: ConversationPointers;
  /** A period that the store's clock goes through soon, yet longer than a few calls take. */
  readonly leaseMs: number;
  /** Lets the store's time go by until the check no longer throws. */
  eventually(check: () => Promise<void>): Promise<void>;
}

/** Opens empty stores for the test that runs; closes them after it. */
export type OpenStores = () => Promise<StoreHarness>;

export const openMemoryStores: OpenStores = async () => {
  const clock = createFakeClock();
  const leaseMs = 30_000;
  return {
    ...createMemoryStore({ clock }),
    leaseMs,
    async eventually(check) {
      await clock.advance(leaseMs);
      await check();
    },
  };
};
