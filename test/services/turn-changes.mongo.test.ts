/** The contract of people's changes to turns on MongoDB. */
import { describe } from 'vitest';
import { describeTurnChanges } from '../contracts/turn-changes.contract.ts';
import { openMongoStores } from './mongo-harness.ts';

describe('changes to turns in MongoDB', () => describeTurnChanges(openMongoStores));
