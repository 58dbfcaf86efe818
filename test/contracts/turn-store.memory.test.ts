/** The contract of the turn store on memory. */
import { describe } from 'vitest';
import { openMemoryStores } from './store-harness.ts';
import { describeTurnStore } from './turn-store.contract.ts';

describe('the turn store in memory', () => describeTurnStore(openMemoryStores));
