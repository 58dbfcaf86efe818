import { describe, expect, it } from 'vitest';
import { queryTerms } from '../../../src/chat/query-terms.ts';
import { scriptOf } from '../../../src/domain/tokens.ts';

/** Golden vectors G6. RAGFlow took the Chinese path for the rows marked `was Chinese`: it counts words, we look at the script. */
const rows = [
  [
    'What is the refund policy?',
    ['refund', 'polici'],
    'also drops `the`: one pass is enough for us',
  ],
  ['refund policy', ['refund', 'polici'], 'was Chinese'],
  ['How do I reset my password?', ['reset', 'password'], 'same'],
  [
    'How long does a refund take for annual plans?',
    ['long', 'refund', 'take', 'annual', 'plan'],
    'same, stemmed',
  ],
  ['Who owns billing?', ['own', 'bill'], 'was Chinese'],
  ['vpn setup on macos', ['vpn', 'setup', 'maco'], 'was Chinese; stemmed like the index'],
  [
    'deploy k8s 1.29',
    ['deploi', 'k8s', '1.29', '1', '29'],
    'was Chinese; a version also gives its parts',
  ],
  ['the', ['the'], 'was Chinese; kept, else nothing would be left'],
] as const;

describe('query terms', () => {
  it.each(rows)('of "%s" are %j (%s)', (question, terms) => {
    expect(queryTerms(question)).toEqual(terms);
    expect(scriptOf(question)).toBe('latin');
  });

  it('of a Chinese question are words, and the path follows the script', () => {
    expect(queryTerms('退款需要几天？')).toContain('退款');
    expect(scriptOf('退款需要几天？')).toBe('cjk');
  });

  it('end at 256 and are empty for a text without words', () => {
    expect(queryTerms('expense '.repeat(1_000))).toHaveLength(256);
    expect(queryTerms('?!')).toEqual([]);
  });
});
