/**
 * Tells code from prose while Markdown is still arriving. Renderers differ in what they take for code; where they might, this says prose, because what is
 * prose gets its links checked (`splitCode` reads finished text and may be more generous).
 */
import { closesFence } from './split-code.ts';

export interface CodePiece {
  readonly code: boolean;
  /** Never empty. */
  readonly text: string;
}

export interface CodeScanner {
  /** What is decided by now; joined, all pieces are the text. However the text is cut, the same characters are code. */
  push(text: string): readonly CodePiece[];
  end(): readonly CodePiece[];
}

interface Fence {
  readonly marker: string;
  /** Inside a block quote, which ends with the first line that has no `>`. */
  readonly quoted: boolean;
  /** A line with less indentation ends the list item around the fence, and the fence with it. */
  readonly indent: number;
}

/** Above these lengths nothing is code: it bounds what is held back and searched again. */
const maxSpanLengthChars = 1_000;
const maxFenceLineLengthChars = 200;

/** Group 1: list markers, quote marks and spaces; group 2: the fence. An info string holds no backtick. */
const fenceLine =
  /^([ \t]*(?:(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t]))[ \t]*)*)(`{3,}(?![^\n]*`)|~{3,})/;
/** The beginning of what may become such a line. */
const fenceLineBegun =
  /^[ \t]*(?:(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t]))[ \t]*)*(?:\d{1,9}[.)]?|[-*+]|`{1,2}|~{1,2}|`{3,}[^`]*|~{3}.*)?$/;
/** A line that ends the paragraph before it, and so any code span in it. */
const interrupts = /^[ \t]*(?:\n|$|[-*+>#|]|\d{1,9}[.)]|`{3}|~{3})/;
const interruptsBegun = /^[ \t]*(?:\d{1,9}|`{1,2}|~{1,2})?$/;

export const createCodeScanner = (): CodeScanner => {
  let held = '';
  let fence: Fence | undefined;
  let atLineStart = true;
  let backslashes = 0;

  const drain = (ended: boolean): CodePiece[] => {
    const pieces: CodePiece[] = [];
    const nextNewline = finder(held, '\n');
    const nextTick = finder(held, '`');
    let at = 0;
    const emit = (end: number, code: boolean): void => {
      if (end === at) return;
      const text = held.slice(at, end);
      const trailing = /\\*$/.exec(text.slice(-50))?.[0].length ?? 0;
      backslashes = trailing === text.length ? backslashes + trailing : trailing;
      pieces.push({ code, text });
      atLineStart = text.endsWith('\n');
      at = end;
    };
    while (at < held.length) {
      const newline = nextNewline(at);
      const lineEnd = Math.min(newline + 1, held.length);
      const complete = newline < held.length || ended;
      if (fence !== undefined) {
        const line = held.slice(at, lineEnd);
        if (atLineStart && !complete && isUndecided(line, fence)) break;
        const closed = atLineStart && complete && closesFence(inner(line), fence.marker);
        if (atLineStart && !closed && leaves(line, fence)) {
          fence = undefined;
          continue;
        }
        emit(lineEnd, true);
        if (closed) fence = undefined;
        continue;
      }
      if (atLineStart) {
        const line = held.slice(at, lineEnd);
        if (!complete && mayOpenFence(line)) break;
        fence = complete ? openedFence(line) : undefined;
        if (fence !== undefined) {
          emit(lineEnd, true);
          continue;
        }
      }
      const tick = nextTick(at);
      if (tick >= lineEnd) {
        emit(lineEnd, false);
        continue;
      }
      emit(tick, false);
      if (backslashes % 2 === 1) {
        emit(tick + 1, false);
        continue;
      }
      const end = spanEnd(held, tick, ended);
      if (end === 'unknown') break;
      emit(end.at, end.closed);
    }
    held = held.slice(at);
    return pieces;
  };

  return {
    push(text) {
      held += text;
      return drain(false);
    },
    end: () => drain(true),
  };
};

/** Where the character is next, from places that only grow; the text's length when nowhere. All its answers together read the text once. */
const finder = (text: string, character: string): ((from: number) => number) => {
  let next = -1;
  return (from) => {
    if (next < from) {
      const found = text.indexOf(character, from);
      next = found < 0 ? text.length : found;
    }
    return next;
  };
};

const inner = (line: string): string => line.replace(/^[ \t>]*/, '');

const indentOf = (line: string): number =>
  (/^[ \t]*/.exec(line)?.[0] ?? '').replaceAll('\t', '    ').length;

const mayOpenFence = (line: string): boolean =>
  line.length <= maxFenceLineLengthChars && fenceLineBegun.test(line);

const openedFence = (line: string): Fence | undefined => {
  const [, prefix, marker] = fenceLine.exec(line) ?? [];
  if (prefix === undefined || marker === undefined) return undefined;
  if (line.trimEnd().length > maxFenceLineLengthChars) return undefined;
  const indent = prefix.replaceAll('\t', '    ').length;
  return { marker, quoted: prefix.includes('>'), indent };
};

const isUndecided = (line: string, fence: Fence): boolean => {
  const text = inner(line).trimEnd();
  return text === (fence.marker[0] ?? '').repeat(text.length);
};

const leaves = (line: string, fence: Fence): boolean =>
  fence.quoted ? !/^[ \t]*>/.test(line) : line.trim() !== '' && indentOf(line) < fence.indent;

/** Where the code span that begins at `start` ends; not closed: it is no span, and only its backticks are passed over. */
const spanEnd = (
  text: string,
  start: number,
  ended: boolean,
): { readonly at: number; readonly closed: boolean } | 'unknown' => {
  const run = /`+/y;
  run.lastIndex = start;
  const length = run.exec(text)?.[0].length ?? 1;
  const from = start + length;
  if (from === text.length && !ended) return 'unknown';
  const mark = /`+|\n/g;
  mark.lastIndex = from;
  for (let match = mark.exec(text); match !== null; match = mark.exec(text)) {
    const end = match.index + match[0].length;
    if (match.index - from > maxSpanLengthChars) return { at: from, closed: false };
    if (match[0] === '\n') {
      const next = text.slice(end, end + 40);
      if (!ended && next.length < 40 && interruptsBegun.test(next)) return 'unknown';
      if (interrupts.test(next)) return { at: from, closed: false };
    } else if (end === text.length && !ended) return 'unknown';
    else if (match[0].length === length) return { at: end, closed: true };
  }
  return ended || text.length - from > maxSpanLengthChars ? { at: from, closed: false } : 'unknown';
};
