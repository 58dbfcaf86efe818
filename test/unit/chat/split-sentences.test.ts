import { describe, expect, it } from 'vitest';
import { splitSentences } from '../../../src/chat/split-sentences.ts';
import { fc } from '../../property-tests.ts';

const texts = (answer: string) => splitSentences(answer).map((piece) => piece.text);
const scored = (answer: string) =>
  splitSentences(answer).flatMap((piece, index) => (piece.citable ? [index] : []));

/** Golden vectors G1; `changed` says why a row differs from RAGFlow. */
const rows: readonly {
  readonly answer: string;
  readonly pieces: readonly string[];
  readonly scored: readonly number[];
  readonly changed?: string;
}[] = [
  {
    answer: 'Refunds take 5 days. Contact support for help! Done',
    pieces: ['Refunds take 5 days', '. ', 'Contact support for help', '!', ' Done'],
    scored: [0, 2, 4],
  },
  {
    answer: 'Limit is 30 MB. OK',
    pieces: ['Limit is 30 MB', '. ', 'OK'],
    scored: [0],
    changed: 'a full stop behind a capital ends a sentence',
  },
  {
    answer: 'Use Node 20. Then run it.\nNext line here',
    pieces: ['Use Node 20', '. ', 'Then run it', '.\n', 'Next line here'],
    scored: [0, 2, 4],
    changed: 'a full stop behind a digit ends a sentence',
  },
  {
    answer: '退款需要五天。请联系支持！谢谢',
    pieces: ['退款需要五天', '。', '请联系支持', '！', '谢谢'],
    scored: [0, 2],
  },
  { answer: 'Hi. Ok? no', pieces: ['Hi', '. ', 'Ok', '? ', 'no'], scored: [] },
  {
    answer: 'Visit https://x.io/a?b=1 now. Bye all',
    pieces: ['Visit https://x.io/a?b=1 now', '. ', 'Bye all'],
    scored: [0, 2],
  },
];

describe('sentence pieces', () => {
  it.each(rows)('of $answer', ({ answer, pieces, scored: indexes }) => {
    expect(texts(answer)).toEqual(pieces);
    expect(scored(answer)).toEqual(indexes);
  });

  it.each([
    'Use e.g. a laptop of your own',
    'See No. 5 and Fig. 2 of the plan',
    'Dr. Smith and J. Smith approve it',
    'Version 1.29 costs 3.50 euros',
    'Bring pens, paper etc. and a laptop',
    '1. Open the form',
    'Set `a. b` and go on',
  ])('leave "%s" whole', (sentence) => {
    expect(texts(sentence)).toEqual([sentence]);
  });

  it.each([
    ['The answer is no. Ask again', 2],
    ['It opens at 5 p.m. Bring a badge', 2],
    ['We have desks, lamps etc. The rest is yours', 2],
    ['It is done.', 1],
  ])('of "%s" are %i sentences', (answer, count) => {
    expect(splitSentences(answer).filter((piece) => piece.citable)).toHaveLength(count);
  });

  it('put marks before the full stop at the very end', () => {
    expect(texts('It is done.')).toEqual(['It is done', '.']);
  });

  it('keep a fence in one piece that can not be cited', () => {
    const answer = 'Run this:\n```sh\nnpm test. Now\n```\nThen wait a while.';
    expect(splitSentences(answer)).toContainEqual({
      text: '```sh\nnpm test. Now\n```\n',
      citable: false,
    });
  });

  it('leave headings, rules and rows of a table without a citation of their own', () => {
    const answer = '## Refund policy\n-----\n| Plan | Days |\n|---|---|\n| Basic | 5 |';
    expect(
      splitSentences(answer)
        .filter((piece) => piece.citable)
        .map((piece) => piece.text),
    ).toEqual(['| Plan | Days |\n|---|---|\n| Basic | 5 |']);
  });

  it('joined are the answer', () => {
    const bits = fc.array(
      fc.constantFrom('a', 'B', '5', '.', '?', '!', ' ', '\n', '|', '`', '```', '。', 'e.g', '1.'),
    );
    fc.assert(
      fc.property(bits, (parts) => {
        expect(texts(parts.join('')).join('')).toBe(parts.join(''));
      }),
    );
  });
});
