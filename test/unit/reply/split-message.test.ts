import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { describe, expect, it } from 'vitest';
import { type MessagePart, textOfPart } from '../../../src/reply/message-part.ts';
import { createMessageSplitter } from '../../../src/reply/split-message.ts';
import { fc } from '../../property-tests.ts';
import { codeUnits, escapedChars, markdown, pieceSizes, pieces } from './arbitrary-markdown.ts';
import { joinParts } from './join-parts.ts';

const partsOf = (
  text: string,
  { maxPart, measure = codeUnits }: { maxPart: number; measure?: (text: string) => number },
): readonly MessagePart[] => {
  const splitter = createMessageSplitter({
    measure,
    limitOf: () => ({ text: maxPart, all: maxPart }),
  });
  splitter.append(text);
  return [...splitter.sealed(), splitter.end()];
};
const split = (text: string, maxPart: number): readonly string[] =>
  partsOf(text, { maxPart }).map(textOfPart);
const bodies = (parts: readonly MessagePart[]) => parts.map(({ body }) => body).join('');

const parser = unified().use(remarkParse).use(remarkGfm);
/** Whether a paragraph behind the part is one: no fence of the part is open. */
const isClosed = (part: string): boolean => {
  const last = parser.parse(`${part}\n\nbehind`).children.at(-1);
  return last?.type === 'paragraph' && last.position?.start.column === 1;
};

describe('createMessageSplitter', () => {
  it('leaves a text that fits alone', () => {
    expect(split('one\n\ntwo', 100)).toEqual(['one\n\ntwo']);
  });

  it('ends a message at the first paragraph once it is three quarters full', () => {
    const text = `${'a'.repeat(60)}\n\n${'b'.repeat(20)}\n\n${'c'.repeat(40)}`;
    expect(split(text, 100)).toEqual([
      `${'a'.repeat(60)}\n\n${'b'.repeat(20)}\n\n`,
      'c'.repeat(40),
    ]);
  });

  it('does not leave a heading behind', () => {
    const text = `${'a'.repeat(78)}\n\n## Head\n\n${'c'.repeat(40)}`;
    expect(split(text, 100)).toEqual([`${'a'.repeat(78)}\n\n`, `## Head\n\n${'c'.repeat(40)}`]);
  });

  it('closes a fence at the cut and opens it again', () => {
    const lines = Array.from({ length: 10 }, (_, n) => `const line${n} = ${n};`);
    const parts = split(['```ts', ...lines, '```'].join('\n'), 100);
    expect(parts).toEqual([
      `\`\`\`ts\n${lines.slice(0, 5).join('\n')}\n\`\`\``,
      `\`\`\`ts\n${lines.slice(5).join('\n')}\n\`\`\``,
    ]);
  });

  it.each([
    ['~~~ts', '~~~', '~~~ts', '~~~'],
    ['`````', '`````', '`````', '`````'],
    ['> ```ts', '> ```', '> ```ts', '> ```'],
    ['  ```ts', '  ```', '  ```ts', '  ```'],
    ['- ```ts', '  ```', '- ```ts', '  ```'],
    ['- text\n  ```ts', '  ```', '- ```ts', '  ```'],
    ['1. text\n   ```ts', '   ```', '-  ```ts', '   ```'],
    ['- text\n  - more\n    ```ts', '    ```', '- - ```ts', '    ```'],
    [`\`\`\`ts ${'x '.repeat(40)}`, '```', '```ts', '```'],
    [`\`\`\`${'l'.repeat(80)}`, '```', '```', '```'],
  ])('opens %j again by its language, in its quote or list item', (opening, end, again, closing) => {
    const lead = /^[ >]*/.exec(end)?.[0] ?? '';
    const lines = Array.from({ length: 20 }, (_, n) => `${lead}const line${n} = ${n};`);
    const parts = partsOf([opening, ...lines, end, 'behind'].join('\n'), { maxPart: 200 });
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts.slice(1)) expect(part.before).toBe(`${again}\n`);
    for (const part of parts.slice(0, -1)) expect(part.after).toBe(closing);
    for (const part of parts) expect(isClosed(textOfPart(part))).toBe(true);
  });

  it("repeats a table's header", () => {
    const rows = Array.from({ length: 9 }, (_, n) => `| row ${n} | ${n * 7} |`);
    const parts = split(['| name | days |', '| --- | --- |', ...rows].join('\n'), 120);
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts)
      expect(part.split('\n').slice(0, 2)).toEqual(['| name | days |', '| --- | --- |']);
    expect(parts.flatMap((part) => part.split('\n').slice(2)).filter(Boolean)).toEqual(rows);
  });

  it('does not part a header from its rows', () => {
    const table = '| name | days |\n| --- | --- |\n| a | 1 |';
    expect(split(`${'a'.repeat(70)}\n\n${table}`, 100)).toEqual([`${'a'.repeat(70)}\n\n`, table]);
  });

  it.each([
    '[the guide to everything](https://h.example/guide_(new)/and/more)',
    '[text with [brackets] and `ticks]`](https://h.example/a)',
    '`npm run something --with many words`',
    '``npm ` run``',
    'https://h.example/address?that=goes&on=and-on',
  ])('keeps %s whole', (whole) => {
    for (let lead = 100 - whole.length; lead < 100; lead += 1) {
      const parts = split(`${'word '.repeat(40).slice(0, lead)} ${whole} behind`, 100);
      expect(parts.filter((part) => part.includes(whole))).toHaveLength(1);
    }
  });

  it('cuts a link that no message can hold', () => {
    const link = `[text](https://h.example/${'a'.repeat(300)})`;
    const parts = split(`before ${link} behind`, 100);
    expect(parts.join('')).toBe(`before ${link} behind`);
    expect(parts[0]).toBe('before ');
  });

  it('keeps a mark with its sentence, and does not count it for a cut', () => {
    const mark = ` [[1]](https://h.example/${'a'.repeat(30)})`;
    const texts = (marks: boolean): readonly string[] => {
      const splitter = createMessageSplitter({
        measure: codeUnits,
        limitOf: () => ({ text: 170, all: 1_300 }),
      });
      for (let n = 0; n < 30; n += 1) {
        splitter.append(`Claim ${n}`);
        if (marks) splitter.appendMark(mark);
        splitter.append('. ');
      }
      return [...splitter.sealed(), splitter.end()].map(textOfPart);
    };
    expect(texts(true).map((part) => part.replaceAll(mark, ''))).toEqual(texts(false));
    for (const part of texts(true)) {
      expect(part.startsWith('Claim')).toBe(true);
      expect(part.length).toBeLessThanOrEqual(1_300);
    }
  });

  it('cuts between graphemes', () => {
    for (const one of ['👨‍👩‍👧‍👦', '👩🏽‍🚀', '🇩🇪', 'e\u0301\u0327', '한', 'क्षि']) {
      const parts = split(`x${one.repeat(60)}`, 47);
      expect(parts.join('')).toBe(`x${one.repeat(60)}`);
      for (const part of parts) expect(part.replaceAll(one, '')).toMatch(/^x?$/);
    }
  });

  it('cuts Chinese behind a sentence, and never before a closing sign', () => {
    const parts = split('退款需要五天。请联系支持！'.repeat(30), 100);
    for (const part of parts.slice(0, -1)) expect(part).toMatch(/[。！]$/);
  });

  const measures = fc.constantFrom(codeUnits, escapedChars);
  const maxParts = fc.oneof(fc.integer({ min: 60, max: 250 }), fc.constantFrom(500, 1_700, 9_775));

  it('loses nothing, and no part is larger than the limit or empty', () => {
    fc.assert(
      fc.property(markdown, maxParts, measures, (text, maxPart, measure) => {
        const parts = partsOf(text, { maxPart, measure });
        expect(bodies(parts)).toBe(text);
        for (const part of parts) {
          expect(measure(textOfPart(part))).toBeLessThanOrEqual(maxPart);
          if (parts.length > 1) expect(textOfPart(part).trim()).not.toBe('');
        }
      }),
      { numRuns: 100 },
    );
  });

  it('can be undone from the texts of the parts alone', () => {
    fc.assert(
      fc.property(markdown, fc.integer({ min: 300, max: 2_000 }), (text, maxPart) => {
        const parts = partsOf(text, { maxPart });
        // Less the line that closes a fence in which the text ends: it is ours, and a message that begins in a list item may need another one than the whole.
        const texts = parts.map((part, index) =>
          index < parts.length - 1 ? textOfPart(part) : part.before + part.body,
        );
        expect(joinParts(texts)).toBe(bodies(partsOf(text, { maxPart: Number.POSITIVE_INFINITY })));
      }),
      { numRuns: 100 },
    );
  });

  it('leaves no fence open in a part', () => {
    fc.assert(
      fc.property(markdown, fc.integer({ min: 300, max: 2_000 }), (text, maxPart) => {
        for (const part of partsOf(text, { maxPart }).slice(0, -1))
          expect(isClosed(textOfPart(part)), textOfPart(part)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('never cuts inside a grapheme', () => {
    const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
    fc.assert(
      fc.property(markdown, fc.integer({ min: 60, max: 600 }), (text, maxPart) => {
        const borders = new Set([...graphemes.segment(text)].map(({ index }) => index));
        let at = 0;
        for (const { body } of partsOf(text, { maxPart }).slice(0, -1)) {
          at += body.length;
          expect(borders.has(at)).toBe(true);
        }
      }),
    );
  });

  it('makes the same parts however the text comes, and never changes a sealed one', () => {
    fc.assert(
      fc.property(markdown, maxParts, pieceSizes, (text, maxPart, sizes) => {
        const splitter = createMessageSplitter({
          measure: codeUnits,
          limitOf: () => ({ text: maxPart, all: maxPart }),
        });
        const whole = partsOf(text, { maxPart });
        for (const piece of pieces([...text].join(''), sizes)) {
          if (/[\uD800-\uDBFF]$|^[\uDC00-\uDFFF]/.test(piece)) fc.pre(false);
          splitter.append(piece);
          const sealed = splitter.sealed();
          expect(sealed).toEqual(whole.slice(0, sealed.length));
          const { before, body, fixedChars } = splitter.open();
          expect(text.startsWith(bodies(sealed) + body)).toBe(true);
          const later = whole[sealed.length];
          expect((later?.before ?? '') + later?.body.slice(0, fixedChars)).toBe(
            before + body.slice(0, fixedChars),
          );
        }
        expect([...splitter.sealed(), splitter.end()]).toEqual(whole);
      }),
      { numRuns: 100 },
    );
  });

  it('measures 100 kB about once', () => {
    let measured = 0;
    const measure = (text: string) => {
      measured += text.length;
      return text.length;
    };
    const text = '退款需要五天。 A sentence with `code` and [a link](https://h.example). '.repeat(
      1_800,
    );
    partsOf(text, { maxPart: 1_700, measure });
    expect(text.length).toBeGreaterThan(100_000);
    expect(measured).toBeLessThan(text.length);
  });
});
