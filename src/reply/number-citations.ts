/** Turns `[ID:n]` into footnote numbers in order of first appearance. */
import type { Reference, ScoredChunk } from '../domain/reference.ts';
import { mapProse } from '../domain/split-code.ts';

/** A footnote: passages behind the same link share one. */
export interface Footnote {
  /** From 1. */
  readonly number: number;
  readonly chunk: ScoredChunk;
}

const mark = / ?\[ID:(\d+)\]/g;
/** A mark that is not whole yet, at the end of a draft. */
const halfMark = / ?\[(?:I|ID|ID:|ID:\d+)?$/;

/**
 * Marks in code stay; marks that point at no chunk disappear. Repeats of one number side by side are shown once.
 *
 * @param options.draft Holds back a mark that is half written at the end.
 */
export const numberCitations = (
  text: string,
  reference: Reference,
  options: { readonly draft: boolean },
): { readonly markdown: string; readonly footnotes: readonly Footnote[] } => {
  const footnotes = new Map<string, Footnote>();
  const whole = options.draft ? text.replace(halfMark, '') : text;
  const markdown = mapProse(whole, (prose) => {
    let last = '';
    let lastEnd = -1;
    return prose.replace(mark, (found: string, index: string, offset: number) => {
      const chunk = reference.chunks[Number(index)];
      if (chunk === undefined) return '';
      const key = chunk.url ?? `${chunk.documentId}#${chunk.place.anchor}`;
      const footnote = footnotes.get(key) ?? { number: footnotes.size + 1, chunk };
      footnotes.set(key, footnote);
      const repeated = last === key && lastEnd === offset;
      last = key;
      lastEnd = offset + found.length;
      const space = found.startsWith(' ') ? ' ' : '';
      return repeated ? '' : space + renderMark(footnote);
    });
  });
  return { markdown, footnotes: [...footnotes.values()] };
};

const renderMark = ({ number, chunk }: Footnote): string =>
  chunk.url === undefined ? `[${number}]` : `[[${number}]](${linkTarget(chunk.url)})`;

/** A URL as a Markdown link takes it: brackets, spaces and angle brackets encoded. */
export const linkTarget = (url: string): string =>
  url.replace(/[\s()<>[\]\\]/g, (char) =>
    encodeURIComponent(char).replace('(', '%28').replace(')', '%29'),
  );
