/** One monotonic clock for all processes of a bench: the machine's own, which has the same zero everywhere. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../src/ports/clock.ts';

export const machineMs = (): number => Number(process.hrtime.bigint()) / 1e6;

export const machineClock: Pick<Clock, 'monotonic' | 'sleep'> = {
  monotonic: machineMs,
  sleep: async (ms, { signal } = {}) => {
    await delay(ms, undefined, signal ? { signal } : {});
  },
};
