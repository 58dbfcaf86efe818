/** The contract of the turn store on MongoDB. */
import { describe } from 'vitest';
import { describeTurnStore } from '../contracts/turn-store.contract.ts';
import { openMongoStores } from './mongo-harness.ts';

describe('the turn store in MongoDB', () => describeTurnStore(openMongoStores));
