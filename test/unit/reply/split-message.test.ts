import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitMessage } from '../../../src/reply/split-message.ts';

const size = (maxPart: number) => ({ maxPart, measure: (text: string) => text.length });
const words = (text: string) => text.replace(/\s+/g, '');

describe('splitMessage', () => {
  it('leaves a text that fits alone', () => {
    expect(splitMessage('one\n\ntwo', size(100))).toEqual(['one\n\ntwo']);
  });

  it('gives nothing for nothing', () => {
    expect(splitMessage('', size(100))).toEqual([]);
  });

  it('cuts between paragraphs when it can', () => {
    const text = `${'a'.repeat(40)}\n\n${'b'.repeat(40)}\nbb\n\n${'c'.repeat(40)}`;
    expect(splitMessage(text, size(100))).toEqual([
      `${'a'.repeat(40)}\n\n${'b'.repeat(40)}\nbb`,
      'c'.repeat(40),
    ]);
  });

  it('closes a fence at the cut and opens it again', () => {
    const code = [
      '```ts',
      ...Array.from({ length: 10 }, (_, n) => `const line${n} = ${n};`),
      '```',
    ].join('\n');
    const parts = splitMessage(code, size(100));
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts) {
      expect(part.startsWith('```ts\n')).toBe(true);
      expect(part.endsWith('\n```')).toBe(true);
    }
    const lines = parts.flatMap((part) => part.split('\n').slice(1, -1));
    expect(lines).toEqual(code.split('\n').slice(1, -1));
  });

  it("repeats a table's header", () => {
    const rows = Array.from({ length: 9 }, (_, n) => `| row ${n} | ${n * 7} |`);
    const parts = splitMessage(['| name | days |', '| --- | --- |', ...rows].join('\n'), size(90));
    expect(parts.length).toBeGreaterThan(1);
    for (const part of parts)
      expect(part.split('\n').slice(0, 2)).toEqual(['| name | days |', '| --- | --- |']);
    expect(parts.flatMap((part) => part.split('\n').slice(2))).toEqual(rows);
  });

  it('cuts a line without spaces between graphemes', () => {
    const family = '👨‍👩‍👧‍👦';
    const parts = splitMessage(family.repeat(20), size(40));
    expect(parts.join('')).toBe(family.repeat(20));
    for (const part of parts) expect(part.replaceAll(family, '')).toBe('');
  });

  const text = fc
    .array(
      fc.oneof(
        fc.lorem({ maxCount: 12 }),
        fc.constant(''),
        fc.constantFrom(
          '- item one',
          '  - nested',
          '1. first',
          '## Heading',
          '退款需要五天。请联系支持！',
          'שלום עולם',
          'é'.repeat(30),
        ),
        fc
          .string({ unit: 'grapheme', maxLength: 60 })
          .map((line) => line.replace(/[`~|\n\r\u2028\u2029]/g, '')),
      ),
      { maxLength: 60 },
    )
    .map((lines) => lines.join('\n'));

  it('loses nothing, and no part is larger than the limit', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 40, max: 400 }), (markdown, maxPart) => {
        const parts = splitMessage(markdown, size(maxPart));
        expect(words(parts.join(''))).toBe(words(markdown));
        for (const part of parts) expect(part.length).toBeLessThanOrEqual(maxPart);
      }),
    );
  });

  it('never moves an earlier cut when the text grows', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 60, max: 300 }), fc.nat(), (markdown, maxPart, at) => {
        const whole = splitMessage(markdown, size(maxPart));
        const before = splitMessage(markdown.slice(0, at % (markdown.length + 1)), size(maxPart));
        expect(whole.slice(0, Math.max(0, before.length - 1))).toEqual(before.slice(0, -1));
      }),
    );
  });
});
