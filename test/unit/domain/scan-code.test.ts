import { describe, expect, it } from 'vitest';
import { createCodeScanner } from '../../../src/domain/scan-code.ts';

const codeOf = (...texts: readonly string[]): string => {
  const scanner = createCodeScanner();
  return [...texts.flatMap((text) => scanner.push(text)), ...scanner.end()]
    .filter((piece) => piece.code)
    .map((piece) => piece.text)
    .join('');
};

describe('code', () => {
  it.each([
    ['a code span', 'a `b` c', '`b`'],
    ['a span in two backticks', 'a ``b ` c`` d', '``b ` c``'],
    ['a span over a line’s end', 'a `b\nc` d', '`b\nc`'],
    ['a fence', 'a\n```js\nb\n```\nc', '```js\nb\n```\n'],
    ['a longer fence around a shorter one', '````\n```\n````\nc', '````\n```\n````\n'],
    ['a fence of tildes', '~~~\n`b\n~~~\n', '~~~\n`b\n~~~\n'],
    ['a fence that is still open', '```\nb', '```\nb'],
    ['a fence in a list item', '- ```\n  b\n  ```\n- c', '- ```\n  b\n  ```\n'],
    ['a fence in a quote', '> ```\n> b\n> ```\n> c', '> ```\n> b\n> ```\n'],
    ['a long fence', '  ````ts\n  b\n  ````\n', '  ````ts\n  b\n  ````\n'],
  ])('is %s, however the text comes', (_, text, code) => {
    expect(codeOf(text)).toBe(code);
    expect(codeOf(...text)).toBe(code);
  });

  it('comes out at once inside a fence, line by line unfinished', () => {
    const scanner = createCodeScanner();
    scanner.push('```\n');
    expect(scanner.push('const a')).toEqual([{ code: true, text: 'const a' }]);
  });
});
