/** Turns citations into footnote numbers in order of first appearance, while the answer grows or at once. */
import {
  bareAs,
  bareForm,
  bracketedForm,
  formBegun,
  formsIn,
  maxFormLengthChars,
  numbersIn,
  spokenAs,
  spokenForm,
} from '../domain/citation-forms.ts';
import type { Reference } from '../domain/reference.ts';
import { createCodeScanner } from '../domain/scan-code.ts';
import type { AnswerPiece } from '../ports/speaker.ts';
import { type CitedSection, citedSection } from './cited-section.ts';

/** A footnote: passages behind the same link share one. */
export interface Footnote extends CitedSection {
  /** From 1. */
  readonly number: number;
  readonly title: string;
}

export interface CitationNumbering {
  /**
   * What is decided by now. Held back is only what may still become a mark or code. However the text is cut, the pieces joined are the same. Linear.
   */
  push(text: string): readonly AnswerPiece[];
  end(): readonly AnswerPiece[];
  /** Those that appeared by now, in the order of their numbers. */
  footnotes(): readonly Footnote[];
}

/** How much of the text before a mark says what it stands for. */
const maxClaimLengthChars = 400;
/** Groups 1 blanks, 2 list in brackets, 3 `ref n`, 4 `[n]`. */
const form = new RegExp(`([ \\t]{0,3})(?:${bracketedForm}|${spokenForm}|(${bareForm}))`, 'gu');

/**
 * `[ID:n]` and the near misses that the pipeline repairs in the finished answer, so that a draft shows what the final will show. Marks in code stay;
 * marks that point at no chunk disappear with the blanks before them. Repeats of one number side by side are shown once. A mark leads to the section
 * of its passage that the text before it rests on, back to the mark before, 400 characters at most.
 */
export const createCitationNumbering = (reference: Reference): CitationNumbering => {
  const scanner = createCodeScanner();
  const footnotes = new Map<string, Footnote>();
  let written: ReadonlySet<string> | undefined;
  /** Prose that is not decided yet, after `known` characters that are out and only tell what stands before. */
  let held = '';
  let known = 0;
  let lineBegins = true;
  /** A removed mark stood at the beginning of a line: the blank behind it goes too. */
  let blankGoes = false;
  let removedLast = false;
  let claim = '';
  let lastClaim = '';
  /** The footnote whose mark came last, with no text since. */
  let lastKey: string | undefined;

  const isCited = (spelled: string, n: number): boolean => {
    if (n >= reference.chunks.length) return false;
    written ??= formsIn(reference.chunks);
    return !written.has(spelled);
  };

  const textPiece = (text: string): readonly AnswerPiece[] => {
    if (text === '') return [];
    const shown = blankGoes ? text.replace(/^[ \t]/, '') : text;
    blankGoes = false;
    if (shown === '') return [];
    removedLast = false;
    lastKey = undefined;
    lineBegins = shown.endsWith('\n');
    claim = (claim + shown.slice(-maxClaimLengthChars)).slice(-maxClaimLengthChars);
    return [{ text: shown, mark: false }];
  };

  const markPieces = (blanks: string, numbers: readonly number[]): readonly AnswerPiece[] => {
    // Marks side by side belong to the same claim.
    if (/[\p{L}\p{N}]/u.test(claim)) lastClaim = claim;
    claim = '';
    const pieces: AnswerPiece[] = [];
    let space = blanks;
    for (const n of numbers) {
      const footnote = footnoteOf(n);
      if (footnote === undefined) continue;
      const { key, mark } = footnote;
      if (key !== lastKey) pieces.push({ text: space + mark, mark: true });
      lastKey = key;
      space = ' ';
    }
    if (space === blanks && pieces.length === 0) {
      blankGoes = lineBegins && blanks === '';
      removedLast = !lineBegins;
    }
    if (pieces.length > 0) {
      lineBegins = false;
      removedLast = false;
    }
    return pieces;
  };

  const footnoteOf = (n: number): { readonly key: string; readonly mark: string } | undefined => {
    const chunk = reference.chunks[n];
    if (chunk === undefined) return undefined;
    const section = citedSection(chunk, lastClaim);
    const key = section.url ?? `${chunk.documentId}#${section.place.anchor}`;
    const footnote = footnotes.get(key) ?? {
      ...section,
      number: footnotes.size + 1,
      title: chunk.documentTitle,
    };
    footnotes.set(key, footnote);
    return { key, mark: renderMark(footnote) };
  };

  const drain = (ended: boolean): readonly AnswerPiece[] => {
    const pieces: AnswerPiece[] = [];
    let at = known;
    form.lastIndex = at;
    for (let match = form.exec(held); match !== null; match = form.exec(held)) {
      const [all, blanks = '', bracketed, spoken, bare] = match;
      const end = match.index + all.length;
      if (bracketed === undefined && !ended && mayGoOn(held.slice(end, end + 2), match)) break;
      const numbers = numbersIn(bracketed ?? spoken ?? bare ?? '');
      const cited =
        bracketed !== undefined
          ? numbers
          : numbers.filter((n) => isCited(spoken === undefined ? bareAs(n) : spokenAs(n), n));
      // A run like `[1][9]` keeps what is no citation, as `ref 9` does.
      if (bracketed === undefined && cited.length < numbers.length) continue;
      pieces.push(...textPiece(held.slice(at, match.index)), ...markPieces(blanks, cited));
      at = end;
    }
    const tailAt = Math.max(at, held.length - maxFormLengthChars);
    const decidedTo = ended
      ? held.length
      : tailAt + (formBegun.exec(held.slice(tailAt))?.index ?? held.length);
    pieces.push(...textPiece(held.slice(at, decidedTo)));
    held = held.slice(Math.max(0, decidedTo - 1));
    known = Math.min(1, decidedTo);
    return pieces;
  };

  const endProse = (): readonly AnswerPiece[] => {
    const pieces = drain(true);
    held = '';
    known = 0;
    return pieces;
  };

  const number = (pieces: ReturnType<typeof scanner.push>): readonly AnswerPiece[] =>
    pieces.flatMap(({ code, text }) => {
      if (!code) {
        held += text;
        return drain(false);
      }
      const prose = endProse();
      // What a removed mark kept apart stays apart.
      const apart = removedLast ? textPiece(' ') : [];
      blankGoes = false;
      return [...prose, ...apart, ...textPiece(text)];
    });

  return {
    push: (text) => number(scanner.push(text)),
    end: () => [...number(scanner.end()), ...endProse()],
    footnotes: () => [...footnotes.values()],
  };
};

/** The finished answer. */
export const numberCitations = (
  text: string,
  reference: Reference,
): { readonly pieces: readonly AnswerPiece[]; readonly footnotes: readonly Footnote[] } => {
  const numbering = createCitationNumbering(reference);
  const pieces = [...numbering.push(text), ...numbering.end()];
  return { pieces, footnotes: numbering.footnotes() };
};

/** Whether what comes next may still tell that `ref n` or `[n]` is no citation. */
const mayGoOn = (behind: string, [, , , spoken]: RegExpExecArray): boolean =>
  behind === '' || (spoken !== undefined && /^[.,]$/.test(behind));

const renderMark = ({ number, url }: Footnote): string =>
  url === undefined ? `[${number}]` : `[[${number}]](${linkTarget(url)})`;

/** A URL as a Markdown link takes it: brackets, spaces and angle brackets encoded. */
export const linkTarget = (url: string): string =>
  url.replace(/[\s()<>[\]\\]/g, (char) =>
    encodeURIComponent(char).replace('(', '%28').replace(')', '%29'),
  );
