/**
 * Five hundred answers on a bad day: two workers, one paused and one killed, Redis away for 30 s, people who delete replies, and a Slack that fails at random;
 * with the lease and the sweep of production.
 *
 * `npm run build` first, then `npx tsx bench/slack-storm.ts [--seed 1] [--questions 500] [--rate 6]`; about four minutes.
 */
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { runStorm } from '../test/services/flows/run-storm.ts';
import { reportStorm } from './report-storm.ts';

/** Prints what became of the questions; fails when one of them did not end as it must. */
export const benchSlackStorm = async (options: {
  readonly seed: number;
  readonly questions: number;
  readonly questionsPerSecond: number;
}): Promise<void> => {
  const storm = await runStorm({
    ...options,
    ...{ leaseMs: 30_000, sweepMs: 15_000, redisAwayMs: 30_000, patienceMs: 300_000 },
  });
  reportStorm(options, storm);
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      questions: { type: 'string', default: '500' },
      rate: { type: 'string', default: '6' },
    },
  });
  await benchSlackStorm({
    seed: Number(values.seed),
    questions: Number(values.questions),
    questionsPerSecond: Number(values.rate),
  });
}
