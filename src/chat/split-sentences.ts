/** Cuts an answer into the pieces that can carry a citation. */
import { fenceOpening, splitCode } from '../domain/split-code.ts';

export interface SentencePiece {
  /** Joined in order, the pieces are the answer. */
  readonly text: string;
  /** Whether it may be cited: a sentence of at least 5 characters, no separator, heading or fenced code. */
  readonly citable: boolean;
}

const minSentenceLengthChars = 5;

/**
 * Where a sentence ends: a line's end (not behind `|`, which closes a table row) or a full-width or exclamation mark anywhere; a full stop, question mark
 * or semicolon behind a letter or digit when a blank, a line's end or the text's end follows.
 */
const separators = /(?<=[^|])[；。？!！\n]|(?<=[\p{L}\p{N}])[.?;](?:[ \n]|$)/gu;

/** Abbreviations whose full stop never ends a sentence; a single capital is an initial or part of `U.S.`, a number that begins a line counts a list's item. */
const abbreviation =
  /(?<![\p{L}\p{N}])(?:e\.g|i\.e|cf|vs|approx|incl|excl|resp|mr|mrs|ms|dr|prof|z\.b|d\.h|bzw|ca)$/iu;
const initial = /(?<![\p{L}\p{N}])\p{Lu}$/u;
const listNumber = /(?:^|\n)[ \t]*\d{1,3}$/;
/** Those that only go on when a number follows (`No. 5`), or a small letter (`etc. and`). */
const beforeNumber = /(?<![\p{L}\p{N}])(?:no|nos|nr|fig|sec|ch|art|pp?|vol|ver|v)$/iu;
const beforeSmallLetter =
  /(?<![\p{L}\p{N}])(?:etc|usw|inc|ltd|corp|co|dept|est|st|jr|sr|a\.m|p\.m)$/iu;

/**
 * RAGFlow's pieces, with two differences: a full stop behind a digit or capital ends a sentence too (except in abbreviations, versions and decimals), and
 * code is never cut: a fence is a piece of its own, a code span part of its sentence. A separator is a piece, so that marks land before the punctuation.
 * Linear in the text.
 */
export const splitSentences = (answer: string): readonly SentencePiece[] => {
  const pieces: SentencePiece[] = [];
  let prose = '';
  let masked = '';
  const flush = (): void => {
    pieces.push(...splitProse(prose, masked));
    prose = '';
    masked = '';
  };
  for (const { text, code } of splitCode(answer)) {
    if (code && isFence(text, prose)) {
      flush();
      pieces.push({ text, citable: false });
    } else {
      prose += text;
      masked += code ? 'x'.repeat(text.length) : text;
    }
  }
  flush();
  return pieces;
};

const isFence = (code: string, before: string): boolean =>
  (before === '' || before.endsWith('\n')) &&
  fenceOpening.test(code.slice(0, code.indexOf('\n') + 1 || code.length).trimEnd());

/** @param masked The prose with its code spans blotted out, of the same length: where to cut is decided on it. */
const splitProse = (prose: string, masked: string): SentencePiece[] => {
  const pieces: SentencePiece[] = [];
  let end = 0;
  const push = (until: number, citable: boolean): void => {
    if (until === end) return;
    const text = prose.slice(end, until);
    pieces.push({ text, citable: citable && isSentence(text) });
    end = until;
  };
  for (const match of masked.matchAll(separators)) {
    if (match.index < end || endsNothing(masked, match)) continue;
    push(match.index, true);
    push(match.index + match[0].length, false);
  }
  push(prose.length, true);
  return pieces;
};

/** At a line's or the text's end every full stop ends a sentence. Versions and decimals have no blank behind theirs and never come here. */
const endsNothing = (text: string, match: RegExpExecArray): boolean => {
  if (match[0] !== '. ') return false;
  const before = text.slice(Math.max(0, match.index - 12), match.index);
  const next = text.slice(match.index + 2, match.index + 4);
  return (
    abbreviation.test(before) ||
    initial.test(before) ||
    listNumber.test(before) ||
    (beforeNumber.test(before) && /^\d/.test(next)) ||
    (beforeSmallLetter.test(before) && /^\p{Ll}/u.test(next))
  );
};

const isSentence = (text: string): boolean =>
  text.length >= minSentenceLengthChars && /[\p{L}\p{N}]/u.test(text) && !/^\s*#{1,6}\s/.test(text);
