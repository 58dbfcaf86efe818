/** Many answers at once, on a platform that refuses too many edits and whose calls take 40 to 200 ms. */
import { describe, expect, it } from 'vitest';
import { median, type Seen, simulateAnswers } from './simulate-answers.ts';

const worst = (seen: readonly Seen[], pick: (one: Seen) => number) => Math.max(...seen.map(pick));
const gapsOf = (seen: readonly Seen[]) => seen.flatMap(({ gapsMs }) => gapsMs);

describe('answers under the limit of 50 edits a minute', () => {
  it('one of 8 s begins within 400 ms and moves every 700 ms', async () => {
    const { seen, speaker } = await simulateAnswers({ answers: 1, lengthMs: 8_000 });
    expect(worst(seen, (one) => one.firstTextAfterMs)).toBeLessThanOrEqual(400);
    expect(median(gapsOf(seen))).toBeLessThanOrEqual(700);
    expect(worst(seen, (one) => one.finalAfterMs)).toBeLessThanOrEqual(500);
    expect(speaker.refusedAtMs).toEqual([]);
  });

  it('one of two minutes never stands still for long', async () => {
    const { seen, speaker } = await simulateAnswers({
      answers: 1,
      lengthMs: 120_000,
      pieceChars: 8,
    });
    expect(Math.max(...gapsOf(seen))).toBeLessThanOrEqual(8_000);
    expect(speaker.refusedAtMs).toEqual([]);
  });

  it.each([
    ['at once, with a status line', { statusLine: true }],
    ['at once, without one', {}],
    ['at once, on three workers', { statusLine: true, workers: 3 }],
    ['within three seconds', { statusLine: true, startMs: (index: number) => index * 150 }],
  ])('twenty of 30 s %s: each moves every 15 s, no final is late, nothing is refused', async (_, how) => {
    const { seen, speaker } = await simulateAnswers({ answers: 20, lengthMs: 30_000, ...how });
    expect(speaker.refusedAtMs).toEqual([]);
    expect(worst(seen, (one) => one.firstTextAfterMs)).toBeLessThanOrEqual(3_000);
    expect(Math.max(...gapsOf(seen))).toBeLessThanOrEqual(15_000);
    expect(worst(seen, (one) => one.finalAfterMs)).toBeLessThanOrEqual(1_000);
    expect(speaker.messages).toHaveLength(20);
    expect(new Set(speaker.messages.map(({ text }) => text.length))).toHaveProperty('size', 1);
  });

  it('more than there are edits: those beyond come whole and in time', async () => {
    const { seen, speaker } = await simulateAnswers({
      answers: 60,
      lengthMs: 10_000,
      statusLine: true,
    });
    expect(speaker.refusedAtMs).toEqual([]);
    expect(speaker.messages).toHaveLength(60);
    expect(worst(seen, (one) => one.finalAfterMs)).toBeLessThanOrEqual(1_000);
  });

  it('a hundred a minute, for two minutes: no final is late', async () => {
    const { seen, speaker } = await simulateAnswers({
      answers: 200,
      lengthMs: 10_000,
      statusLine: true,
      startMs: (index) => index * 600,
    });
    expect(speaker.refusedAtMs).toEqual([]);
    expect(worst(seen, (one) => one.finalAfterMs)).toBeLessThanOrEqual(1_000);
  });

  it('a busy workspace slows no other', async () => {
    const { seen } = await simulateAnswers({
      answers: 21,
      lengthMs: 8_000,
      statusLine: true,
      bucketOf: (index) => (index === 20 ? 'quiet' : 'busy'),
    });
    const quiet = seen.slice(20);
    expect(worst(quiet, (one) => one.firstTextAfterMs)).toBeLessThanOrEqual(400);
    expect(median(gapsOf(quiet))).toBeLessThanOrEqual(700);
  });
});

describe('answers under a limit that nobody reaches', () => {
  it('two hundred move as one would alone', async () => {
    const { seen } = await simulateAnswers({
      answers: 200,
      lengthMs: 5_000,
      editsPerMinute: 100_000,
    });
    expect(worst(seen, (one) => one.firstTextAfterMs)).toBeLessThanOrEqual(400);
    expect(median(gapsOf(seen))).toBeLessThanOrEqual(700);
    expect(worst(seen, (one) => one.finalAfterMs)).toBeLessThanOrEqual(500);
  });
});
