import { describe, expect, it } from 'vitest';
import { asId } from '../../../src/domain/ids.ts';
import { numberCitations } from '../../../src/reply/number-citations.ts';
import { buildReference, buildScoredChunk } from '../../fakes/build.ts';

const place = (anchor: string) => ({ titlePath: ['Leave'], anchor, line: 1 });
const reference = buildReference({
  chunks: [
    buildScoredChunk({ url: 'https://h.example/leave#days', place: place('days') }),
    buildScoredChunk({ url: 'https://h.example/leave#carry', place: place('carry') }),
    buildScoredChunk({ url: 'https://h.example/leave#days', place: place('days') }),
    buildScoredChunk({ documentId: asId('d2'), place: place('') }),
  ],
});
const final = (text: string) => numberCitations(text, reference, { draft: false });
const draft = (text: string) => numberCitations(text, reference, { draft: true }).markdown;

describe('numberCitations', () => {
  it('numbers passages in order of first appearance and links them', () => {
    const { markdown, footnotes } = final('B [ID:1]. A [ID:0]. B again [ID:1].');
    expect(markdown).toBe(
      'B [[1]](https://h.example/leave#carry). A [[2]](https://h.example/leave#days). B again [[1]](https://h.example/leave#carry).',
    );
    expect(footnotes.map((one) => [one.number, one.url])).toEqual([
      [1, 'https://h.example/leave#carry'],
      [2, 'https://h.example/leave#days'],
    ]);
  });

  it('shows a passage without a link as a bare number', () => {
    expect(final('X [ID:3].').markdown).toBe('X [1].');
  });

  it('gives passages behind one link one number, and shows it once side by side', () => {
    expect(final('A [ID:0] [ID:2].').markdown).toBe('A [[1]](https://h.example/leave#days).');
  });

  it('removes marks that point at no chunk', () => {
    expect(final('A [ID:9]. B[ID:44]').markdown).toBe('A. B');
  });

  it('leaves code byte for byte', () => {
    const text = '`[ID:0]` and\n```\nx [ID:0]\n```\n';
    expect(final(text).markdown).toBe(text);
  });

  it.each([
    ['A [', 'A'],
    ['A [I', 'A'],
    ['A [ID:', 'A'],
    ['A [ID:0', 'A'],
    ['A [note', 'A [note'],
  ])('holds back the half mark of the draft %j', (text, shown) => {
    expect(draft(text)).toBe(shown);
  });

  it('encodes what would end a Markdown link', () => {
    const odd = buildReference({ chunks: [buildScoredChunk({ url: 'https://h.example/a (b)' })] });
    expect(numberCitations('A [ID:0]', odd, { draft: false }).markdown).toBe(
      'A [[1]](https://h.example/a%20%28b%29)',
    );
  });
});
