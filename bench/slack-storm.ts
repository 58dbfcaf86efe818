/**
 * Five hundred answers on a bad day: two workers, one paused and one killed, Redis away for 30 s, people who delete replies, and a Slack that fails at random;
 * with the lease and the sweep of production.
 *
 * `npm run build` first, then `npx tsx bench/slack-storm.ts [--seed 1] [--questions 500] [--rate 6]`; about four minutes.
 */
import { strictEqual } from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { runStorm } from '../test/services/flows/run-storm.ts';
import { printTable } from './print-table.ts';

/** Prints what became of the questions; fails when one of them did not end as it must. */
export const benchSlackStorm = async (options: {
  readonly seed: number;
  readonly questions: number;
  readonly questionsPerSecond: number;
}): Promise<void> => {
  const { verdicts, faults, newAttempts } = await runStorm({
    ...options,
    ...{ leaseMs: 30_000, sweepMs: 15_000, redisAwayMs: 30_000, patienceMs: 300_000 },
  });
  const outcomes = [...new Set(verdicts.map(({ outcome }) => outcome))];
  const wrong = verdicts.filter(({ violations }) => violations.length > 0);
  printTable(
    `${options.questions} questions, seed ${options.seed}, ${newAttempts} times begun anew`,
    ['outcome', 'questions', 'as it must be'],
    outcomes.map((outcome) => {
      const those = verdicts.filter((verdict) => verdict.outcome === outcome);
      const right = those.filter(({ violations }) => violations.length === 0);
      return [outcome, String(those.length), `${right.length} of ${those.length}`];
    }),
  );
  const rows = Object.entries(faults).toSorted(([, a], [, b]) => b - a);
  printTable(
    'What Slack answered otherwise',
    ['answer', 'calls', ''],
    rows.map(([what, count]) => [what, String(count), '']),
  );
  const told = wrong.map(
    ({ name, outcome, turn, violations }) =>
      `${name} ${outcome} (${turn.state} ${turn.error?.code ?? ''}): ${violations.join('; ')}`,
  );
  strictEqual(told.join('\n'), '');
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
