/** The contract of the lease store on memory. */
import { describe } from 'vitest';
import { describeLeaseStore } from './lease-store.contract.ts';
import { openMemoryStores } from './store-harness.ts';

describe('the lease store in memory', () => describeLeaseStore(openMemoryStores));
