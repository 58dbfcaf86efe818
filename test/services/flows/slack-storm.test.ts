/** A bad day in small: every answer ends whole exactly once or with its plain sentence, and nothing comes back that a person took away. */
import { beforeAll, describe, expect, it } from 'vitest';
import { runStorm, type StormReport } from './run-storm.ts';

describe('sixty questions in a storm', () => {
  let storm: StormReport;
  beforeAll(async () => {
    storm = await runStorm({
      ...{ seed: 1, questions: 60, questionsPerSecond: 4 },
      ...{ leaseMs: 6_000, sweepMs: 500, redisAwayMs: 8_000, patienceMs: 60_000 },
    });
  });

  it('end as they must, each of them', () => {
    const wrong = storm.verdicts.filter(({ violations }) => violations.length > 0);
    expect(wrong.map(({ name, outcome, violations }) => ({ name, outcome, violations }))).toEqual(
      [],
    );
  });

  it('mostly end with the whole answer', () => {
    const whole = storm.verdicts.filter(({ outcome }) => outcome === 'complete');
    expect(whole.length).toBeGreaterThan(40);
  });

  it('met every kind of failure but the rarest', () => {
    expect(Object.keys(storm.faults)).toEqual(
      expect.arrayContaining([
        'ratelimited',
        'internal_error',
        'invalid_blocks',
        'message_not_found',
      ]),
    );
    expect(storm.newAttempts).toBeGreaterThan(0);
  });
});
