import { describe, expect, it } from 'vitest';
import { splitCode } from '../../../src/domain/split-code.ts';
import { fc } from '../../property-tests.ts';

const code = (markdown: string) =>
  splitCode(markdown).flatMap((span) => (span.code ? [span.text] : []));

describe('splitCode', () => {
  it.each([
    ['a fence', 'x\n```ts\na\n```\ny', ['```ts\na\n```\n']],
    ['a fence of tildes around one of backticks', '~~~\n```\n~~~', ['~~~\n```\n~~~']],
    ['a longer fence around a shorter one', '````\n```\n````\nz', ['````\n```\n````\n']],
    ['a fence that is still open', 'x\n```\na\nb', ['```\na\nb']],
    ['an inline span', 'a `b` c', ['`b`']],
    ['a span of two backticks', 'a ``b ` c`` d', ['``b ` c``']],
    ['a line of three backticks with text behind as a span', '```x``` y', ['```x```']],
    ['nothing over a blank line', 'a ` b\n\nc ` d', []],
  ])('finds %s', (_name, markdown, expected) => {
    expect(code(markdown)).toEqual(expected);
  });

  it('gives spans that join to the text', () => {
    const piece = fc.constantFrom('`', '``', '```', '~~~', '\n', '\n\n', 'a', ' ', '[ID:0]');
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const markdown = pieces.join('');
        expect(
          splitCode(markdown)
            .map((span) => span.text)
            .join(''),
        ).toBe(markdown);
      }),
    );
  });
});
