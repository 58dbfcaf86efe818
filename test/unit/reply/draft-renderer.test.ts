import { describe, expect, it } from 'vitest';
import { emptyReference } from '../../../src/domain/reference.ts';
import type { MarkdownDialect } from '../../../src/ports/speaker.ts';
import { createDraftRenderer, type DraftPart } from '../../../src/reply/draft-renderer.ts';
import { renderFinal } from '../../../src/reply/render-final.ts';
import { buildReference, buildScoredChunk } from '../../fakes/build.ts';
import { fc } from '../../property-tests.ts';
import { codeUnits, escapedChars, markdown, pieceSizes, pieces } from './arbitrary-markdown.ts';
import { answerOf } from './long-answer.ts';

const url = 'https://h.example/leave.md#days';
const linked = buildReference({ chunks: [buildScoredChunk({ url }), buildScoredChunk()] });
const small = { maxPart: 1_000, maxParts: 5, measure: codeUnits };
const draft = (...texts: readonly string[]): readonly DraftPart[] => {
  const renderer = createDraftRenderer(small, linked);
  for (const text of texts) renderer.append(text);
  return renderer.parts();
};
/** Writes prose in capitals, and holds back lines that begin with `|` until another one comes. */
const openShoutingDialect = (): MarkdownDialect => {
  let held = '';
  const isHeld = () => held.startsWith('|') && !/\n[^|]/.test(held);
  const release = () => {
    const text = held.toUpperCase();
    held = '';
    return text === '' ? [] : [{ text, mark: false }];
  };
  return {
    push(piece) {
      if (piece.mark) return [...release(), piece];
      return [...piece.text].flatMap((symbol) => {
        held += symbol;
        return isHeld() ? [] : release();
      });
    },
    pending: () => (held === '' ? '' : `<${held.split('|').length - 1} HELD>`),
    end: release,
  };
};
const committed = ({ markdown: text, committedChars }: DraftPart) => text.slice(0, committedChars);

describe('createDraftRenderer', () => {
  it.each([
    ['a **bol', 'a **bol**'],
    ['see [the gui', 'see the gui'],
    ['see [the guide](https://h.exa', 'see the guide'],
    ['```sh\nnpm ci', '```sh\nnpm ci\n```'],
    ['```sh\nnpm ci\n``', '```sh\nnpm ci\n```'],
    ['28 days [ID:0', '28 days'],
    ['28 days [ID:0]', `28 days [[1]](${url})`],
    ['28 days [ID:9] and', '28 days and'],
    ['Either:\n\n- one\n-', 'Either:\n\n- one'],
    ['Either:\n\n| a | b |\n| -', 'Either:'],
    ['Either:\n\n| a | b |\n| - | - |\n| c', 'Either:\n\n| a | b |\n| - | - |\n| c'],
  ])('shows %j as %j', (text, shown) => {
    expect(draft(text).map((part) => part.markdown)).toEqual([shown]);
    expect(draft(...text).map((part) => part.markdown)).toEqual([shown]);
  });

  it.each(['', ' \n', '```', '-', '[ID:0'])('shows nothing for %j', (text) => {
    expect(draft(text)).toEqual([]);
  });

  it.each([
    ['One two thr', 'One two '],
    ['One **two thr', 'One **two '],
    ['One `two` [three fo', 'One `two` '],
    ['One\n\n- two three\n- ', 'One\n\n- two '],
    ['```ts\nconst a = 1;\ncon', '```ts\nconst a = 1;\n'],
    ['退款需要五', '退款需要'],
  ])('commits of %j only %j', (text, fixed) => {
    expect(draft(text).map(committed)).toEqual([fixed]);
  });

  it('speaks the dialect of the platform: what it holds back is shown, and cut as in the final', () => {
    const size = { ...small, openDialect: openShoutingDialect };
    const text = `Either [ID:0]:\n\n|a\n|b\n\nor ${'not. '.repeat(300)}`;
    const renderer = createDraftRenderer(size, linked);
    const shown: string[] = [];
    for (const piece of text) {
      renderer.append(piece);
      shown.push(renderer.parts()[0]?.markdown ?? '');
    }
    expect(shown).toContain(`EITHER [[1]](${url}):\n\n<2 HELD>`);
    expect(shown.at(-1)).toMatch(/^EITHER .*:\n\n\|A\n\|B\n\nOR NOT\./);
    const { parts } = renderFinal({ text, reference: linked }, size);
    expect(parts.length).toBeGreaterThan(1);
    expect(renderer.parts()[0]?.markdown).toBe(parts[0]);
  });

  it('leaves out what is held back where it finds no room', () => {
    const size = { ...small, maxPart: 200, openDialect: openShoutingDialect };
    const renderer = createDraftRenderer({ ...size, measure: (text) => text.length * 30 }, linked);
    renderer.append('|a\n|b');
    expect(renderer.parts()).toEqual([]);
  });

  it('leaves room for what the final adds', () => {
    const [first, second] = draft('A sentence of some words. '.repeat(100));
    expect(first?.sealed).toBe(true);
    expect(first?.markdown.length).toBeGreaterThan(750);
    expect(first?.markdown.length).toBeLessThanOrEqual(850);
    expect(second?.index).toBe(1);
  });

  it('gives at most maxParts, the last with room for the sources', () => {
    const parts = draft('A sentence of some words. '.repeat(1_000));
    expect(parts.map(({ index, sealed }) => [index, sealed])).toEqual(
      [0, 1, 2, 3, 4].map((index) => [index, true]),
    );
    expect(parts[4]?.markdown.length).toBeLessThanOrEqual(425);
  });

  const sizes = fc.record({
    maxPart: fc.oneof(fc.integer({ min: 200, max: 600 }), fc.constantFrom(2_000, 11_500)),
    maxParts: fc.integer({ min: 1, max: 8 }),
    measure: fc.constantFrom(codeUnits, escapedChars),
  });

  it('only grows: what is committed stands in every later draft, what is sealed never changes', () => {
    fc.assert(
      fc.property(markdown, sizes, pieceSizes, (text, size, cuts) => {
        const renderer = createDraftRenderer(size, linked);
        let earlier: readonly DraftPart[] = [];
        for (const piece of pieces(text, cuts)) {
          renderer.append(piece);
          const parts = renderer.parts();
          expect(parts.length).toBeLessThanOrEqual(size.maxParts);
          expect(parts.length).toBeGreaterThanOrEqual(earlier.length);
          for (const [index, part] of parts.entries()) {
            expect(part.index).toBe(index);
            expect(part.markdown.trim()).not.toBe('');
            expect(size.measure(part.markdown)).toBeLessThanOrEqual(size.maxPart);
            expect(part.committedChars).toBeLessThanOrEqual(part.markdown.length);
            const before = earlier[index];
            if (before === undefined) continue;
            if (before.sealed) expect(part).toBe(before);
            expect(committed(part).startsWith(committed(before))).toBe(true);
          }
          earlier = parts;
        }
      }),
      { numRuns: 100 },
    );
  });

  it('makes the same parts however the answer comes', () => {
    fc.assert(
      fc.property(markdown, sizes, pieceSizes, (text, size, cuts) => {
        const whole = createDraftRenderer(size, linked);
        whole.append(text);
        const renderer = createDraftRenderer(size, linked);
        for (const piece of pieces(text, cuts)) renderer.append(piece);
        expect(renderer.parts()).toEqual(whole.parts());
      }),
      { numRuns: 100 },
    );
  });

  it('cuts where the final cuts', () => {
    fc.assert(
      fc.property(markdown, sizes, (written, size) => {
        const text = written.trimEnd();
        const renderer = createDraftRenderer(size, linked);
        renderer.append(text);
        const sealed = renderer.parts().filter((part) => part.sealed);
        const { parts } = renderFinal({ text, reference: linked }, size);
        for (const { index, markdown: shown } of sealed.slice(0, size.maxParts - 1)) {
          if (index < parts.length - 1) expect(parts[index]).toBe(shown);
          else expect(parts[index]?.startsWith(shown.trimEnd())).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('costs no more for a token when the answer is long', () => {
    let measured = 0;
    const measure = (text: string): number => {
      measured += text.length;
      return text.length;
    };
    const size = { maxPart: 2_000, maxParts: 1_000, measure };
    const renderer = createDraftRenderer(size, emptyReference);
    const text = answerOf(100_000);
    let most = 0;
    let tokens = 0;
    for (let at = 0; at < text.length; at += 4) {
      const before = measured;
      renderer.append(text.slice(at, at + 4));
      renderer.parts();
      most = Math.max(most, measured - before);
      tokens += 1;
    }
    expect(renderer.parts().length).toBeGreaterThan(50);
    expect(most).toBeLessThan(2 * size.maxPart);
    expect(measured).toBeLessThan(tokens * size.maxPart);
  });
});
