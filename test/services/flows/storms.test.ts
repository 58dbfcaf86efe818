/** A bad day in small, on both platforms: every answer ends whole exactly once or with its plain sentence, and nothing comes back that a person took away. */
import { beforeAll, describe, expect, it } from 'vitest';
import { runDiscordStorm } from './run-discord-storm.ts';
import { runStorm } from './run-storm.ts';

interface Storm {
  readonly verdicts: readonly {
    readonly outcome: string;
    readonly violations: readonly string[];
  }[];
  readonly faults: Readonly<Record<string, number>>;
  readonly newAttempts: number;
}

const options = {
  ...{ seed: 1, questions: 60, questionsPerSecond: 4 },
  ...{ leaseMs: 6_000, sweepMs: 500, redisAwayMs: 8_000, patienceMs: 60_000 },
};

const kindsMet = {
  Slack: ['ratelimited', 'internal_error', 'invalid_blocks', 'message_not_found'],
  Discord: ['429', '500', 'dropped'],
} as const;

describe('sixty questions in a storm', () => {
  let storms: Readonly<Record<keyof typeof kindsMet, Storm>>;
  // Both at once: most of a storm is waiting.
  beforeAll(async () => {
    const [Slack, Discord] = await Promise.all([runStorm(options), runDiscordStorm(options)]);
    storms = { Slack, Discord };
  }, 240_000);

  describe.each(['Slack', 'Discord'] as const)('over %s', (platform) => {
    it('end as they must, each of them', () => {
      const { verdicts } = storms[platform];
      expect(verdicts.filter(({ violations }) => violations.length > 0)).toEqual([]);
    });

    it('mostly end with the whole answer', () => {
      const whole = storms[platform].verdicts.filter(({ outcome }) => outcome === 'complete');
      expect(whole.length).toBeGreaterThan(40);
    });

    it('met every kind of failure but the rarest', () => {
      const { faults, newAttempts } = storms[platform];
      expect(Object.keys(faults)).toEqual(expect.arrayContaining([...kindsMet[platform]]));
      expect(newAttempts).toBeGreaterThan(0);
    });
  });
});
