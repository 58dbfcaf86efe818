/** Conversations, turns and leases in this process's memory: for tests and for a start without a server. Gone when the process ends. */
import type { Clock } from '../../ports/clock.ts';
import type { ConversationPointers } from '../../ports/conversation-pointers.ts';
import type { ConversationStore } from '../../ports/conversation-store.ts';
import type { LeaseStore } from '../../ports/lease-store.ts';
import type { TurnChanges } from '../../ports/turn-changes.ts';
import type { TurnStore } from '../../ports/turn-store.ts';
import type { TurnWork } from '../../ports/turn-work.ts';
import { createMemoryConversationPointers } from './memory-conversation-pointers.ts';
import { createMemoryConversationStore } from './memory-conversation-store.ts';
import { createMemoryLeaseStore } from './memory-lease-store.ts';
import type { MemoryState } from './memory-state.ts';
import { createMemoryTurnChanges } from './memory-turn-changes.ts';
import { createMemoryTurnStore } from './memory-turn-store.ts';
import { createMemoryTurnWork } from './memory-turn-work.ts';

export interface MemoryStore {
  readonly conversations: ConversationStore;
  readonly turns: TurnStore;
  readonly changes: TurnChanges;
  readonly leases: LeaseStore;
  readonly work: TurnWork;
  readonly pointers: ConversationPointers;
}

/** All ports of the store; all but the pointers share one state. */
export const createMemoryStore = ({ clock }: { readonly clock: Clock }): MemoryStore => {
  const state: MemoryState = { clock, conversations: new Map(), turns: new Map() };
  return {
    conversations: createMemoryConversationStore(state),
    turns: createMemoryTurnStore(state),
    changes: createMemoryTurnChanges(state),
    leases: createMemoryLeaseStore(state),
    work: createMemoryTurnWork(state),
    pointers: createMemoryConversationPointers(),
  };
};
