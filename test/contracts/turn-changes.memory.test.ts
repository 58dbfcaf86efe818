/** The contract of people's changes to turns on memory. */
import { describe } from 'vitest';
import { openMemoryStores } from './store-harness.ts';
import { describeTurnChanges } from './turn-changes.contract.ts';

describe('changes to turns in memory', () => describeTurnChanges(openMemoryStores));
