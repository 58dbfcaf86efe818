import { describe, expect, it } from 'vitest';
import { citedNumbers, repairCitations } from '../../../src/chat/repair-citations.ts';
import { splitCode } from '../../../src/domain/split-code.ts';
import { fc } from '../../property-tests.ts';

const five = Array.from({ length: 5 }, () => ({ text: 'A passage.' }));

describe('repaired citations', () => {
  /** Golden vectors G4; the last column says why a row differs from RAGFlow. */
  it.each([
    ['a (ID: 2)', 'a [ID:2]', 'same'],
    ['a [ID 3].', 'a [ID:3].', 'same'],
    ['a 【ID:1】', 'a [ID:1]', 'same'],
    ['see ref 4 and REF2', 'see [ID:4] and [ID:2]', 'same'],
    ['[ID:9] oob', 'oob', 'changed: out of range is removed'],
    ['[ID:0, ID:1]', '[ID:0] [ID:1]', 'changed: lists are split'],
    ['(ID:0)(ID:1)', '[ID:0][ID:1]', 'same'],
    ['href3 pref 1 prefix', 'href3 pref 1 prefix', 'changed: word boundary'],
  ])('of "%s" give "%s" (%s)', (answer, expected) => {
    expect(repairCitations(answer, five)).toBe(expected);
  });

  it.each([
    ['a [ID:9] b', 'a b'],
    ['a [ID:7].', 'a.'],
    ['a [ID:1, ID:7, 3].', 'a [ID:1] [ID:3].'],
    ['a [ID:0 and ID:0]', 'a [ID:0]'],
    ['a （ID：2）', 'a [ID:2]'],
    ['a (ref 3)', 'a [ID:3]'],
    ['cost centre (ID 4711)', 'cost centre (ID 4711)'],
    ['see ref 9', 'see ref 9'],
    ['ref 1.5', 'ref 1.5'],
    ['takes 5 days [1][2].', 'takes 5 days [ID:1][ID:2].'],
    ['takes 5 days [7].', 'takes 5 days [7].'],
    ['[1](https://x.io) and [1]: note', '[1](https://x.io) and [1]: note'],
    ['call f(x)[0]', 'call f(x)[0]'],
  ])('of "%s" give "%s"', (answer, expected) => {
    expect(repairCitations(answer, five)).toBe(expected);
  });

  it('leave words alone that a passage has itself', () => {
    const shown = [{ text: 'See [0] and ref 1 below.' }, { text: 'Two.' }];
    expect(repairCitations('See [0], ref 1, [1].', shown)).toBe('See [0], ref 1, [ID:1].');
  });

  it('never stand in code', () => {
    const code = 'Use `a[1]` or\n```\n(ID: 2) ref 3 [ID:9]\n```\n';
    expect(repairCitations(code, five)).toBe(code);
    expect([...citedNumbers('`[ID:1]` and [ID:2]')]).toEqual([2]);
  });

  it('are all removed when nothing was shown', () => {
    expect(repairCitations('Yes [ID:0]. No (ID: 1).', [])).toBe('Yes. No.');
  });

  const parts = fc.array(
    fc.constantFrom(
      '[ID:1]',
      '[ID:9]',
      '(ID: 2)',
      '[ID:0, ID:8]',
      '[2]',
      '[8]',
      'ref 3',
      'ref',
      '(',
      ']',
      ' ',
      '\n',
      'word',
      '`x`',
      '\n```\n[ID:9] ref 3\n```\n',
      '.',
      'ID',
      ':',
      '3',
    ),
    { maxLength: 14 },
  );

  it('change nothing when done twice, and code never', () => {
    fc.assert(
      fc.property(parts, (bits) => {
        const once = repairCitations(bits.join(''), five);
        expect(repairCitations(once, five)).toBe(once);
        const codeOf = (text: string) =>
          splitCode(text)
            .filter((span) => span.code)
            .map((span) => span.text);
        expect(codeOf(once)).toEqual(codeOf(bits.join('')));
      }),
      { numRuns: 500 },
    );
  });

  it('take time in proportion to the answer', () => {
    for (const hostile of ['(ID: 1   '.repeat(20_000), '['.repeat(50_000), '[1]'.repeat(20_000)])
      expect(repairCitations(hostile, five).length).toBeGreaterThan(0);
  });
});
