/** The clock's contract on the machine's clock. */
import { describe } from 'vitest';
import { createSystemClock } from '../../src/drivers/system/system-clock.ts';
import { describeClock } from './clock.contract.ts';

describe('the system clock', () => {
  describeClock(() => {
    const clock = createSystemClock();
    return { clock, pass: (ms) => clock.sleep(ms) };
  });
});
