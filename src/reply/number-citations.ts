/** Turns `[ID:n]` into footnote numbers in order of first appearance. */
import type { Reference } from '../domain/reference.ts';
import { mapProse } from '../domain/split-code.ts';
import { type CitedSection, citedSection } from './cited-section.ts';

/** A footnote: passages behind the same link share one. */
export interface Footnote extends CitedSection {
  /** From 1. */
  readonly number: number;
  readonly title: string;
}

const mark = / ?\[ID:(\d+)\]/g;
/** How much of the text before a mark says what it stands for. */
const maxClaimLengthChars = 400;
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
    let claim = '';
    let claimStart = 0;
    return prose.replace(mark, (found: string, index: string, offset: number) => {
      const chunk = reference.chunks[Number(index)];
      // Marks side by side belong to the same claim.
      const before = prose.slice(Math.max(claimStart, offset - maxClaimLengthChars), offset);
      if (/[\p{L}\p{N}]/u.test(before)) claim = before;
      claimStart = offset + found.length;
      if (chunk === undefined) return '';
      const section = citedSection(chunk, claim);
      const key = section.url ?? `${chunk.documentId}#${section.place.anchor}`;
      const footnote = footnotes.get(key) ?? {
        ...section,
        number: footnotes.size + 1,
        title: chunk.documentTitle,
      };
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

const renderMark = ({ number, url }: Footnote): string =>
  url === undefined ? `[${number}]` : `[[${number}]](${linkTarget(url)})`;

/** A URL as a Markdown link takes it: brackets, spaces and angle brackets encoded. */
export const linkTarget = (url: string): string =>
  url.replace(/[\s()<>[\]\\]/g, (char) =>
    encodeURIComponent(char).replace('(', '%28').replace(')', '%29'),
  );
