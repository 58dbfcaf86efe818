/** The contract of the pointers to conversations in MongoDB. */
import { describe } from 'vitest';
import { describeConversationPointers } from '../contracts/conversation-pointers.contract.ts';
import { openMongoStores } from './mongo-harness.ts';

describe('pointers to conversations in MongoDB', () =>
  describeConversationPointers(async () => (await openMongoStores()).pointers));
