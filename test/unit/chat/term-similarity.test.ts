import { describe, expect, it } from 'vitest';
import { equalWeight, termSimilarity, weighTerms } from '../../../src/chat/term-similarity.ts';

const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');

describe('term similarity', () => {
  it.each([
    ['refund polici', 'our refund polici is thirti day', 1],
    ['refund polici', 'polici for refund', 0.5714],
    ['refund polici annual plan', 'refund for annual plan', 0.5294],
    ['refund', 'polici', 0],
  ])('gives RAGFlow’s value for "%s" in "%s"', (query, passage, expected) => {
    const terms = weighTerms(words(query), equalWeight);
    expect(termSimilarity(terms, words(passage))).toBeCloseTo(expected, 4);
  });

  it('is 0 for a question without terms', () => {
    expect(termSimilarity(weighTerms([], equalWeight), ['refund'])).toBe(0);
  });

  it('counts a heavy word more than a light one', () => {
    const terms = weighTerms(['refund', 'day'], (term) => (term === 'refund' ? 3 : 1));
    expect(termSimilarity(terms, ['refund'])).toBeGreaterThan(termSimilarity(terms, ['day']));
  });

  it('finds everything of a question that repeats a word', () => {
    const terms = weighTerms(words('day by day'), equalWeight);
    expect(termSimilarity(terms, words('day by day'))).toBeCloseTo(1);
  });
});
