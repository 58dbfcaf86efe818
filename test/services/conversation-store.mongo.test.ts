/** The contract of the conversation store on MongoDB. */
import { describe } from 'vitest';
import { describeConversationStore } from '../contracts/conversation-store.contract.ts';
import { openMongoStores } from './mongo-harness.ts';

describe('the conversation store in MongoDB', () => describeConversationStore(openMongoStores));
