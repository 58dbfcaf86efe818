import { describe, expect, it } from 'vitest';
import { repairCitations } from '../../../src/chat/repair-citations.ts';
import { asId } from '../../../src/domain/ids.ts';
import type { Reference } from '../../../src/domain/reference.ts';
import { createCitationNumbering, numberCitations } from '../../../src/reply/number-citations.ts';
import { buildReference, buildScoredChunk } from '../../fakes/build.ts';
import { fc } from '../../property-tests.ts';
import { markdown, pieceSizes, pieces } from './arbitrary-markdown.ts';

const place = (anchor: string) => ({ titlePath: ['Leave'], anchor, line: 1 });
const reference = buildReference({
  chunks: [
    buildScoredChunk({ url: 'https://h.example/leave#days', place: place('days') }),
    buildScoredChunk({ url: 'https://h.example/leave#carry', place: place('carry') }),
    buildScoredChunk({ url: 'https://h.example/leave#days', place: place('days') }),
    buildScoredChunk({ documentId: asId('d2'), place: place('') }),
  ],
});
const joined = (all: readonly { readonly text: string }[]) => all.map(({ text }) => text).join('');
const final = (text: string, on: Reference = reference): string =>
  joined(numberCitations(text, on).pieces);
/** What is out after these pieces, without an end. */
const draft = (...texts: readonly string[]): string => {
  const numbering = createCitationNumbering(reference);
  return joined(texts.flatMap((text) => numbering.push(text)));
};

describe('numberCitations', () => {
  it('numbers passages in order of first appearance and links them', () => {
    const { pieces: shown, footnotes } = numberCitations(
      'B [ID:1]. A [ID:0]. B again [ID:1].',
      reference,
    );
    expect(joined(shown)).toBe(
      'B [[1]](https://h.example/leave#carry). A [[2]](https://h.example/leave#days). B again [[1]](https://h.example/leave#carry).',
    );
    expect(footnotes.map((one) => [one.number, one.url])).toEqual([
      [1, 'https://h.example/leave#carry'],
      [2, 'https://h.example/leave#days'],
    ]);
  });

  it('gives each mark as a piece of its own, with the blanks before it', () => {
    expect(numberCitations('A [ID:3]. B', reference).pieces).toEqual([
      { text: 'A', mark: false },
      { text: ' [1]', mark: true },
      { text: '. B', mark: false },
    ]);
  });

  it('shows a passage without a link as a bare number', () => {
    expect(final('X [ID:3].')).toBe('X [1].');
  });

  it.each([
    'A [ID:0] [ID:2].',
    'A [ID:0][ID:2].',
    'A [ID:0, ID:2].',
    'A [ID:2 and 0].',
  ])('gives passages behind one link one number, and shows it once side by side: %s', (text) => {
    expect(final(text)).toBe('A [[1]](https://h.example/leave#days).');
  });

  it.each([
    ['A [ID:9]. B[ID:44]', 'A. B'],
    ['[ID:9] At the beginning', 'At the beginning'],
    ['A [ID:9] [ID:3] B', 'A [1] B'],
    ['A[ID:9] B', 'A B'],
    ['A [ID:9, ID:3]', 'A [1]'],
    ['see [ID:9]`code`', 'see `code`'],
    ['- [ID:9] item', '- item'],
  ])('removes marks that point at no chunk: %j', (text, shown) => {
    expect(final(text)).toBe(shown);
  });

  it.each([
    ['A (ID: 3)', 'A [1]'],
    ['A 【ID：3】', 'A [1]'],
    ['A [ref 3]', 'A [1]'],
    ['A ref 3, and', 'A [1], and'],
    ['A [3].', 'A [1].'],
    ['A ref 3.5', 'A ref 3.5'],
    ['A [3](https://h.example)', 'A [3](https://h.example)'],
    ['A [9] and ref 9', 'A [9] and ref 9'],
  ])('reads near misses as the repair of the finished answer does: %j', (text, shown) => {
    expect(final(text)).toBe(shown);
    expect(final(repairCitations(text, reference.chunks))).toBe(shown);
  });

  it('leaves a number that a passage itself writes', () => {
    const own = buildReference({ chunks: [buildScoredChunk({ text: 'As [0] says, see ref 0.' })] });
    expect(final('A [0] and ref 0 [ID:0]', own)).toBe('A [0] and ref 0 [1]');
  });

  it('leaves code byte for byte', () => {
    const text = '`[ID:0]` and\n```\nx [ID:0]\n```\n- item\n  ```\n  [ID:0, ID:1]\n  ```\n';
    expect(final(text)).toBe(text);
  });

  it.each([
    ['A [', 'A'],
    ['A [I', 'A'],
    ['A [ID:', 'A'],
    ['A [ID:0', 'A'],
    ['A [ID:0, ', 'A'],
    ['A [ID:0, ID', 'A'],
    ['A [ID:0 and', 'A'],
    ['A (ref', 'A'],
    ['A ref 1', 'A'],
    ['A [1', 'A'],
    ['A [note', 'A [note'],
    ['A (see', 'A (see'],
  ])('holds back what may become a mark: %j', (text, shown) => {
    expect(draft(text)).toBe(shown);
    expect(draft(...text)).toBe(shown);
  });

  it('shows a whole mark at once', () => {
    expect(draft('A [ID:3]')).toBe('A [1]');
  });

  it('chooses the section by the claim, code in it included, however the text comes', () => {
    const section = (name: string, start: number) => ({
      start,
      place: place(name),
      url: `https://h.example/leave#${name}`,
    });
    const text = 'Install with `npm ci` first.\nRemove with `npm prune` later.';
    const chunks = [
      buildScoredChunk({ text, sections: [section('install', 0), section('remove', 29)] }),
    ];
    const on = buildReference({ chunks });
    const answer = 'Call `npm prune` [ID:0]. And `npm ci` [ID:0].';
    expect(final(answer, on)).toBe(
      'Call `npm prune` [[1]](https://h.example/leave#remove). And `npm ci` [[2]](https://h.example/leave#install).',
    );
  });

  it('encodes what would end a Markdown link', () => {
    const odd = buildReference({ chunks: [buildScoredChunk({ url: 'https://h.example/a (b)' })] });
    expect(final('A [ID:0]', odd)).toBe('A [[1]](https://h.example/a%20%28b%29)');
  });

  it('gives the same pieces and footnotes however the text comes, and only ever adds', () => {
    const merged = (all: readonly { readonly text: string; readonly mark: boolean }[]) => {
      const runs: { text: string; mark: boolean }[] = [];
      for (const { text, mark } of all) {
        const last = runs.at(-1);
        if (last?.mark === false && !mark) last.text += text;
        else runs.push({ text, mark });
      }
      return runs;
    };
    const marks = fc
      .array(
        fc.constantFrom(
          '[ID:0]',
          ' [ID:1]',
          '(ID: 3, ID:9)',
          ' [2]',
          'ref 1',
          ' ',
          '.',
          'a',
          '\n',
          '`x`',
          '[',
          'ID:',
        ),
      )
      .map((all) => all.join(''));
    fc.assert(
      fc.property(fc.oneof(markdown, marks), pieceSizes, (text, sizes) => {
        const numbering = createCitationNumbering(reference);
        const whole = numberCitations(text, reference);
        const shown = joined(whole.pieces);
        const all = [];
        for (const piece of pieces(text, sizes)) {
          all.push(...numbering.push(piece));
          expect(shown.startsWith(joined(all))).toBe(true);
        }
        all.push(...numbering.end());
        expect(merged(all)).toEqual(merged(whole.pieces));
        expect(numbering.footnotes()).toEqual(whole.footnotes);
      }),
      { numRuns: 100 },
    );
  });

  it('never shows a half mark or one that points at nothing', () => {
    const mark = fc.constantFrom('[ID:0]', '[ID:7]', '[ID:0, ID:8]', '[ID: 1]', '(ID:2)');
    const text = fc
      .array(fc.oneof(mark, fc.constantFrom('word ', ', ', '\n', 'a', ' ')))
      .map((all) => all.join(''));
    fc.assert(
      fc.property(text, pieceSizes, (answer, sizes) => {
        const numbering = createCitationNumbering(reference);
        let shown = '';
        for (const piece of pieces(answer, sizes)) {
          shown += joined(numbering.push(piece));
          expect(shown).not.toMatch(/ID|[78]/);
        }
      }),
    );
  });
});
