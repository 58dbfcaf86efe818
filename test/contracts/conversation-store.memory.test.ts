/** The contract of the conversation store on memory. */
import { describe } from 'vitest';
import { describeConversationStore } from './conversation-store.contract.ts';
import { openMemoryStores } from './store-harness.ts';

describe('the conversation store in memory', () => describeConversationStore(openMemoryStores));
