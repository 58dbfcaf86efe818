import { describe, expect, it } from 'vitest';
import { editIntervalMs, firstTextHoldMs, isBusy } from '../../../src/reply/edit-pacer.ts';

const load = (remaining: number, liveReplies: number, windowMs = 60_000) => ({
  ...{ remaining, liveReplies, windowMs },
});

describe('the pace of edits', () => {
  it('is quick for a short text in a quiet workspace, slower the longer the text', () => {
    const intervals = [0, 1_000, 4_000, 100_000].map((chars) => editIntervalMs(chars, load(49, 1)));
    expect(intervals[0]).toBeLessThan(550);
    expect(intervals[1]).toBe(650);
    expect(intervals[2]).toBe(1_100);
    expect(intervals[3]).toBe(5_000);
  });

  it('spends what remains evenly among those that grow', () => {
    expect(editIntervalMs(0, load(40, 10))).toBe(6_250);
    expect(editIntervalMs(0, load(20, 10))).toBe(12_500);
  });

  it('never lets more than 14 seconds pass', () => {
    for (const remaining of [30, 5, 1, 0, -10])
      expect(editIntervalMs(0, load(remaining, 20))).toBe(14_000);
  });

  it('thinks no further ahead than a short window lasts', () => {
    expect(editIntervalMs(0, load(4, 1, 5_000))).toBeLessThan(550);
    expect(editIntervalMs(0, load(1, 1, 5_000))).toBeCloseTo(2_083, 0);
    expect(editIntervalMs(0, load(0, 5, 5_000))).toBe(5_000);
  });

  it('does not feel a limit that nobody reaches', () => {
    expect(editIntervalMs(0, load(99_000, 200))).toBe(500);
    expect(isBusy(load(99_000, 200))).toBe(false);
  });

  it('holds the first words for a moment, where many grow for up to two and a half seconds', () => {
    expect(firstTextHoldMs(load(49, 1))).toBe(120);
    expect(firstTextHoldMs(load(47, 3))).toBe(120);
    expect(firstTextHoldMs(load(40, 10))).toBeGreaterThan(1_000);
    expect(firstTextHoldMs(load(30, 20))).toBe(2_500);
    expect(firstTextHoldMs(load(-5, 55))).toBeGreaterThan(2_000);
  });
});
