/** A bad day of Discord in small: every answer ends whole exactly once or with its plain sentence, and nothing comes back that a person took away. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type DiscordStormReport, runDiscordStorm } from './run-discord-storm.ts';

describe('sixty questions in a storm over Discord', () => {
  let storm: DiscordStormReport;
  beforeAll(async () => {
    storm = await runDiscordStorm({
      ...{ seed: 1, questions: 60, questionsPerSecond: 4 },
      ...{ leaseMs: 6_000, sweepMs: 500, redisAwayMs: 8_000, patienceMs: 60_000 },
    });
  });

  it('end as they must, each of them', () => {
    const wrong = storm.verdicts.filter(({ violations }) => violations.length > 0);
    expect(wrong.map(({ index, outcome, violations }) => ({ index, outcome, violations }))).toEqual(
      [],
    );
  });

  it('mostly end with the whole answer', () => {
    const whole = storm.verdicts.filter(({ outcome }) => outcome === 'complete');
    expect(whole.length).toBeGreaterThan(40);
  });

  it('met failures of every kind', () => {
    const kinds = Object.keys(storm.faults).join(' ');
    for (const kind of [/\b429\b/, /\b500\b/, /dropped/, /hanging/]) expect(kinds).toMatch(kind);
  });
});
