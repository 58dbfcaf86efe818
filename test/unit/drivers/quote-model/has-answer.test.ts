import { expect, test } from 'vitest';
import { hasAnswer } from '../../../../src/drivers/quote-model/has-answer.ts';
import type { Evidence } from '../../../../src/drivers/quote-model/weigh-evidence.ts';

const evidence = (overrides: Partial<Evidence> & { readonly score?: number } = {}): Evidence => {
  const { score = 0.8, ...rest } = overrides;
  const candidate = { text: '', gist: '', passage: 0, position: 0, coverage: 0, score };
  return { candidates: [candidate], coverage: 1, drift: 0, missesName: false, ...rest };
};

test.each([
  ['all words are found', {}, true],
  ['there is nothing to quote', { candidates: [] }, false],
  ['two thirds are found', { coverage: 2 / 3 }, false],
  [
    'two thirds are found and the rest is said in other words',
    { coverage: 2 / 3, drift: -0.25 },
    true,
  ],
  ['half is found', { coverage: 0.5 }, true],
  ['half is found and the rest leads away', { coverage: 0.5, drift: 0.05 }, false],
  ['five of six are found', { coverage: 5 / 6, drift: 0.02 }, true],
  ['five of six are found and a name is not', { coverage: 5 / 6, missesName: true }, false],
  ['few words are found, but the meaning is near', { coverage: 0.2, score: 0.6 }, true],
  ['few words are found and nothing is near', { coverage: 0.2, score: 0.4 }, false],
])('when %s', (_case, overrides, expected) => {
  expect(hasAnswer(evidence(overrides))).toBe(expected);
});
