import { describe, expect, it } from 'vitest';
import { createCumulativeUnfolder } from '../../../../src/drivers/openai/unfold-cumulative.ts';

const unfold = (...pieces: readonly string[]): string => {
  const unfolder = createCumulativeUnfolder();
  return pieces.map((piece) => unfolder.push(piece)).join('') + unfolder.end();
};

describe('cumulative pieces', () => {
  it.each([
    ['deltas stay deltas', ['The', ' refund', ' takes'], 'The refund takes'],
    [
      'cumulative pieces give what is new',
      ['The', 'The refund', 'The refund takes'],
      'The refund takes',
    ],
    ['a short chance repeat is no repeat', ['1', '10', ' days'], '110 days'],
    [
      'a last piece that repeats all is dropped',
      ['The refund takes', ' five days', 'The refund takes five days'],
      'The refund takes five days',
    ],
    ['two cumulative pieces are enough at the end', ['No', 'No, never'], 'No, never'],
    ['nothing comes of nothing', [], ''],
  ])('%s', (_, pieces, expected) => {
    expect(unfold(...pieces)).toBe(expected);
  });
});
