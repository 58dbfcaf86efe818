/** The contract of the installation store on memory. */
import { describe } from 'vitest';
import { createMemoryInstallationStore } from '../../src/drivers/memory/memory-installation-store.ts';
import { describeInstallationStore } from './installation-store.contract.ts';

describe('the installation store in memory', () =>
  describeInstallationStore(async () => {
    const store = createMemoryInstallationStore({ now: Date.now });
    return { store, again: async () => store };
  }));
