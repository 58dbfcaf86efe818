/** The contract of the work on turns on MongoDB. */
import { describe } from 'vitest';
import { describeTurnWork } from '../contracts/turn-work.contract.ts';
import { openMongoStores } from './mongo-harness.ts';

describe('the work on turns in MongoDB', () => describeTurnWork(openMongoStores));
