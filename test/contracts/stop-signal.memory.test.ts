/** The StopSignal's contract in memory. */
import { describe } from 'vitest';
import { createMemoryStopSignal } from '../../src/drivers/memory/memory-stop-signal.ts';
import { describeStopSignal } from './stop-signal.contract.ts';

describe('the stop signal in memory', () => {
  describeStopSignal(async () => {
    const signal = createMemoryStopSignal();
    return { door: signal, worker: signal, dispose: async () => {} };
  });
});
