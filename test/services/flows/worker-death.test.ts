/** A worker dies by SIGKILL at every moment of an answer: the asker reads one whole reply all the same, and soon. */
import { describe, expect, test } from 'vitest';
import {
  type Death,
  type Lane,
  lanes,
  leftBehind,
  type Moment,
  madeGood,
  openLane,
} from './kill-at.ts';

const leaseMs = 3_000;
const sweepMs = 500;
/** A pause between two sweeps is the interval, more or less a fifth. */
const longestSweepMs = 1.2 * sweepMs;
/** For the store's answers, on a machine that starts several processes at the same time. */
const marginMs = 1_000;
const times = 5;

const wholeReply =
  /^Up to five unused days .+ 31 March \[\[1\]\]\(https:.+\n\n\*\*Sources\*\*\n1\. \[/s;

const checkReply = (lane: Lane, { thread }: Death) => {
  expect(lane.standing(thread)).toEqual([lane.whole]);
  expect(lane.countPosts(thread)).toBe(1);
};

describe.concurrent(`killed ${times} times, and always another worker gives one whole reply`, () => {
  test.for(lanes)('%s; %s', { timeout: 300_000 }, async (moments) => {
    const lane = await openLane({ testFileUrl: import.meta.url, leaseMs, sweepMs });
    try {
      expect(lane.whole).toMatch(wholeReply);
      const deaths: Death[] = [];
      for (const moment of moments.flatMap((one) => Array<Moment>(times).fill(one))) {
        const death = await lane.killAt(moment);
        expect(death.left).toEqual(leftBehind[moment]);
        expect(death.ended).toEqual(madeGood[moment]);
        expect(death.takenUpMs).toBeLessThan(
          Math.max(leaseMs, death.readyMs) + longestSweepMs + marginMs,
        );
        checkReply(lane, death);
        deaths.push(death);
      }
      // Nothing that came late has changed any of them.
      for (const death of deaths) checkReply(lane, death);
    } finally {
      await lane.close();
    }
  });
});
