/** The contract of the work on turns on memory. */
import { describe } from 'vitest';
import { openMemoryStores } from './store-harness.ts';
import { describeTurnWork } from './turn-work.contract.ts';

describe('the work on turns in memory', () => describeTurnWork(openMemoryStores));
