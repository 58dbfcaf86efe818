import { describe, expect, it } from 'vitest';
import {
  createThinkParser,
  type ThinkPiece,
  withoutThinking,
} from '../../../src/chat/parse-think.ts';
import { fc } from '../../property-tests.ts';

/** Neighbours of one kind joined. */
const parse = (chunks: readonly string[]): ThinkPiece[] => {
  const parser = createThinkParser();
  const pieces = [...chunks.flatMap((chunk) => parser.push(chunk)), ...parser.end()];
  const joined: ThinkPiece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (last?.type !== piece.type) joined.push(piece);
    else joined[joined.length - 1] = { type: last.type, text: last.text + piece.text };
  }
  return joined;
};
const text = (value: string): ThinkPiece => ({ type: 'text', text: value });
const reasoning = (value: string): ThinkPiece => ({ type: 'reasoning', text: value });

describe('think parser', () => {
  /** Golden vectors G2, the column "correct". */
  it.each([
    [['one two ', 'three four ', 'five'], [text('one two three four five')]],
    [
      ['<think>I should</think>', ' look it up</think>', 'Answer ', 'is 42.'],
      [reasoning('I should look it up'), text('Answer is 42.')],
    ],
    [
      ['<think>', 'hmm ok', '</think>', 'Answer is 42.'],
      [reasoning('hmm ok'), text('Answer is 42.')],
    ],
    [['<think>hmm</think>Answer is 42.'], [reasoning('hmm'), text('Answer is 42.')]],
    [['hmm</think>', 'Answer'], [text('hmmAnswer')]],
  ])('of %j gives %j', (chunks, expected) => {
    expect(parse(chunks)).toEqual(expected);
  });

  it('reads tags that are cut anywhere, and lets everything else through', () => {
    expect(parse(['<th', 'ink>a <b', '> c</', 'think', '>d < e <thi'])).toEqual([
      reasoning('a <b> c'),
      text('d < e <thi'),
    ]);
  });

  it('drops nested and stray tags', () => {
    expect(parse(['a<think>b<think>c</think>d'])).toEqual([text('a'), reasoning('bc'), text('d')]);
  });

  it('holds back nothing but what may become a tag', () => {
    expect(createThinkParser().push('words <')).toEqual([text('words ')]);
  });

  const prose = fc
    .array(fc.constantFrom('a', ' ', '<', '>', '/', 't', 'think', '</', 'é'))
    .map((bits) => bits.join('').replace(/<\/?think>/g, ''));
  const balanced = fc
    .array(fc.tuple(prose, prose))
    .map((blocks) => blocks.map(([said, thought]) => `${said}<think>${thought}</think>`).join(''))
    .filter(
      (whole) =>
        (whole.match(/<think>/g) ?? []).length === (whole.match(/<\/think>/g) ?? []).length,
    );

  it('gives the same for any cut', () => {
    fc.assert(
      fc.property(balanced, fc.array(fc.nat({ max: 200 })), (whole, cuts) => {
        const places = [0, ...cuts.filter((cut) => cut < whole.length), whole.length].sort(
          (a, b) => a - b,
        );
        const chunks = places.slice(1).map((end, index) => whole.slice(places[index], end));
        expect(parse(chunks)).toEqual(parse([whole]));
      }),
      { numRuns: 500 },
    );
  });
});

describe('text without thinking', () => {
  it.each([
    ['<think>a</think>b', 'b'],
    ['a</think>b', 'b'],
    ['b<think>never ended', 'b'],
    ['b', 'b'],
  ])('of "%s" is "%s"', (whole, answer) => {
    expect(withoutThinking(whole)).toBe(answer);
  });
});
