/** Where inside a line a message may end: between words, behind sentences, between characters of a script without spaces. */
import { createGraphemeBorders } from './grapheme-border.ts';

/** What stands before the next character, to one who would cut there. */
export interface PlaceInLine {
  /** Between two characters as a person sees them; nothing that would be read as a fence follows. */
  readonly possible: boolean;
  /** Between words, and what follows would not be read as the beginning of a list, a quote or a heading. */
  readonly good: boolean;
  /** How full a message must be, of 1, for a cut here; undefined: only when it must be. */
  readonly fullEnough: number | undefined;
}

export interface CutPlaces {
  /** The place before this character, which is read then. Called once for each code point. */
  before(codePoint: string, options: { readonly code: boolean }): PlaceInLine;
  /** A footnote's mark, which stays with what stands before it. */
  readMark(): void;
}

const behindSentence = 0.94;
const behindWord = 0.97;
/** A longer run without spaces is no word: it is cut between any two characters. */
const maxWordLengthChars = 300;

const unspaced =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}\u3001-\u303f\uff01-\uffef\p{Extended_Pictographic}]/u;
/** Would stand alone at the beginning of a line. */
const closingSign = /[\p{Pe}\p{Pf}\p{Po}\u30fc]/u;
const blockSign = /[-+*>#|=\d]/;
const fenceSign = /[`~]/;
const sentenceEnd = /(?:[.!?…]["'”’»)\]*_]{0,3}\s{1,3}|[。！？；]["'”’」』）)]{0,3}\s{0,3})$/u;

/** @param options.maxWordChars A longer word is cut, in UTF-16 units; at most 300 whatever it is. */
export const createCutPlaces = (options: { readonly maxWordChars: number }): CutPlaces => {
  const borders = createGraphemeBorders();
  const longestWord = Math.min(maxWordLengthChars, options.maxWordChars);
  let last = '\n';
  let recent = '';
  let word = 0;

  const placeBefore = (codePoint: string, code: boolean): PlaceInLine => {
    const possible =
      borders.isBorderBefore(codePoint) && !isSpace(codePoint) && !fenceSign.test(codePoint);
    if (!possible) return { possible, good: false, fullEnough: undefined };
    const afterSpace = isSpace(last);
    const between = isUnspaced(last) || isUnspaced(codePoint);
    const good =
      (afterSpace || (between && !closingSign.test(codePoint)) || word > longestWord) &&
      (code || !blockSign.test(codePoint));
    if (!good) return { possible, good, fullEnough: undefined };
    const fullEnough =
      !code && sentenceEnd.test(recent) ? behindSentence : afterSpace ? behindWord : undefined;
    return { possible, good, fullEnough };
  };

  return {
    before(codePoint, { code }) {
      const place = placeBefore(codePoint, code);
      const newWord = isSpace(codePoint) || isUnspaced(codePoint);
      word = newWord ? 0 : word + codePoint.length;
      last = codePoint;
      recent = (recent + codePoint).slice(-8);
      return place;
    },
    readMark() {
      borders.isBorderBefore(')');
    },
  };
};

export const isSpace = (codePoint: string): boolean =>
  codePoint === ' ' || codePoint === '\n' || /^\s$/.test(codePoint);

const isUnspaced = (codePoint: string): boolean => codePoint > '\u02ff' && unspaced.test(codePoint);
