/** Prints what became of a storm's questions; fails when one of them did not end as it must. */
import { strictEqual } from 'node:assert/strict';
import type { TurnDocument } from '../src/drivers/mongo/turn-schema.ts';
import { printTable } from './print-table.ts';

interface Verdict {
  readonly name: string;
  readonly outcome: string;
  readonly violations: readonly string[];
  readonly turn: Pick<TurnDocument, 'state' | 'error'>;
}

export const reportStorm = (
  { seed, questions }: { readonly seed: number; readonly questions: number },
  storm: {
    readonly verdicts: readonly Verdict[];
    readonly faults: Readonly<Record<string, number>>;
    readonly newAttempts: number;
  },
): void => {
  const { verdicts, faults, newAttempts } = storm;
  const outcomes = [...new Set(verdicts.map(({ outcome }) => outcome))];
  const wrong = verdicts.filter(({ violations }) => violations.length > 0);
  printTable(
    `${questions} questions, seed ${seed}, ${newAttempts} times begun anew`,
    ['outcome', 'questions', 'as it must be'],
    outcomes.map((outcome) => {
      const those = verdicts.filter((verdict) => verdict.outcome === outcome);
      const right = those.filter(({ violations }) => violations.length === 0);
      return [outcome, String(those.length), `${right.length} of ${those.length}`];
    }),
  );
  const rows = Object.entries(faults).toSorted(([, a], [, b]) => b - a);
  printTable(
    'What the platform answered otherwise',
    ['answer', 'calls', ''],
    rows.map(([what, count]) => [what, String(count), '']),
  );
  const told = wrong.map(
    ({ name, outcome, turn, violations }) =>
      `${name} ${outcome} (${turn.state} ${turn.error?.code ?? ''}): ${violations.join('; ')}`,
  );
  strictEqual(told.join('\n'), '');
};
