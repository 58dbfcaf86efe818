/** The contract of the lease store on MongoDB. */
import { describe } from 'vitest';
import { describeLeaseStore } from '../contracts/lease-store.contract.ts';
import { openMongoStores } from './mongo-harness.ts';

describe('the lease store in MongoDB', () => describeLeaseStore(openMongoStores));
