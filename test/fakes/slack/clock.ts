/** The time source of the fake: message timestamps, signatures and rate windows come from it. */
import type { FakeClock } from '../http/clock.ts';

export type FakeSlackClock = FakeClock;
