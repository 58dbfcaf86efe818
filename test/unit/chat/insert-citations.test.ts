import { describe, expect, it } from 'vitest';
import { insertCitations } from '../../../src/chat/insert-citations.ts';
import { splitSentences } from '../../../src/chat/split-sentences.ts';

const answer = 'Refunds take 5 days. Contact support for help! Thanks a lot';

/** Similarities to six passages; those not named are 0. */
const insert = (first: readonly number[], second: readonly number[], text = answer) => {
  const rows = [first, [], second];
  return insertCitations(
    splitSentences(text),
    splitSentences(text).map((_, index) =>
      Array.from({ length: 6 }, (_, n) => rows[index]?.[n] ?? 0),
    ),
  );
};

describe('inserted citations', () => {
  /** Golden vectors G1b. */
  it.each([
    [
      'both sentences, equals by score',
      [0.9, 0.1],
      [0.2, 0.7, 0.695, 0.1],
      'Refunds take 5 days [ID:0]. Contact support for help [ID:1] [ID:2]! Thanks a lot',
    ],
    [
      'only those of the first round that finds any',
      [0.55, 0.1],
      [0.2, 0.4],
      'Refunds take 5 days [ID:0]. Contact support for help! Thanks a lot',
    ],
    [
      'in the fourth round',
      [0.35],
      [],
      'Refunds take 5 days [ID:0]. Contact support for help! Thanks a lot',
    ],
    ['none below the last threshold', [0.32], [], answer],
    [
      'four at most',
      [0.9, 0.9, 0.9, 0.9, 0.9, 0.9],
      [],
      'Refunds take 5 days [ID:0] [ID:1] [ID:2] [ID:3]. Contact support for help! Thanks a lot',
    ],
    [
      'each passage once',
      [0.9],
      [0.9],
      'Refunds take 5 days [ID:0]. Contact support for help! Thanks a lot',
    ],
  ])('mark %s', (_, first, second, expected) => {
    expect(insert(first, second)).toBe(expected);
  });

  it('come best first', () => {
    expect(insert([0.9, 0.905], [])).toContain('days [ID:1] [ID:0].');
  });

  it('leave code byte for byte and never stand in it', () => {
    const text = 'Run the tests\n```sh\nnpm test\n```\n';
    expect(insert([0.9], [0.9], text)).toBe('Run the tests [ID:0]\n```sh\nnpm test\n```\n');
  });

  it('stand behind a table, not in its last row', () => {
    expect(insert([0.9], [], '| a | b |\n|---|---|\n| 1 | 2 |')).toBe(
      '| a | b |\n|---|---|\n| 1 | 2 |\n\n[ID:0]',
    );
  });

  it('leave an answer without passages as it is', () => {
    expect(insertCitations(splitSentences(answer), [])).toBe(answer);
  });
});
