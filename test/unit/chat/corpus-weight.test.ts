import { describe, expect, it } from 'vitest';
import { corpusWeight } from '../../../src/chat/corpus-weight.ts';

describe('corpus weight', () => {
  const weightOf = corpusWeight(['expense', 'compani', 'kayak'], {
    chunkCount: 200,
    chunkFrequency: new Map([
      ['expense', 4],
      ['compani', 200],
    ]),
  });

  it('weighs a rare word more than one of every chunk', () => {
    expect(weightOf('expense')).toBeGreaterThan(1.5 * weightOf('compani'));
  });

  it('gives a word that no chunk has the mean of the others', () => {
    expect(weightOf('kayak')).toBeCloseTo((weightOf('expense') + weightOf('compani')) / 2);
  });

  it('weighs all the same in an empty corpus', () => {
    const weight = corpusWeight(['a', 'b'], { chunkCount: 0, chunkFrequency: new Map() });
    expect([weight('a'), weight('b')]).toEqual([1, 1]);
  });
});
