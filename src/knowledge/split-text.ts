/** Cuts a text that is too long for one chunk at the best border there is. */
import type { CountTokens } from '../ports/count-tokens.ts';

export interface ChunkLimit {
  readonly countTokens: CountTokens;
  readonly maxTokens: number;
}

/** No text has fewer tokens than this many characters each, but for runs of blanks; longer texts need no counting. In UTF-16 units. */
const maxCharsPerToken = 8;

export const isTooLong = (text: string, { countTokens, maxTokens }: ChunkLimit): boolean =>
  text.length > maxTokens * maxCharsPerToken || countTokens(text) > maxTokens;

/**
 * Pieces within the limit which together are the text: as many whole sentences or lines as fit; of a longer one as many words; of a longer word as many
 * characters, whole ones as a person sees them. Linear in the text.
 */
export const splitText = (text: string, limit: ChunkLimit): readonly string[] =>
  isTooLong(text, limit)
    ? packPieces(
        cut(text, sentence).flatMap((piece) =>
          isTooLong(piece, limit)
            ? cut(piece, word).flatMap((part) => cutCharacters(part, limit))
            : [piece],
        ),
        limit,
      )
    : [text];

/** Joins neighbours as long as they fit into the limit together; a piece that is longer alone stays alone. */
export const packPieces = (
  pieces: readonly string[],
  { countTokens, maxTokens }: ChunkLimit,
): readonly string[] => {
  const packed: string[] = [];
  let current: string[] = [];
  let tokens = 0;
  for (const piece of pieces) {
    const pieceTokens = countTokens(piece);
    if (current.length > 0 && tokens + pieceTokens > maxTokens) {
      packed.push(current.join(''));
      current = [];
      tokens = 0;
    }
    current.push(piece);
    tokens += pieceTokens;
  }
  if (current.length > 0) packed.push(current.join(''));
  return packed;
};

/** Up to a full stop with a blank behind it, a CJK full stop, or a line's end. */
const sentence = /[\s\S]+?(?:[.!?…]["'’”)\]]*\s+|[。！？]["'’”」）]*\s*|\n\s*|$)/g;
const word = /\s*\S+\s*|\s+/g;

const cut = (text: string, border: RegExp): readonly string[] => text.match(border) ?? [text];

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** A grapheme is looked for in this many UTF-16 units around a cut: the segmenter's time grows with the square of its input. */
const graphemeWindowChars = 64;

/** Pieces of half as many UTF-16 units as there may be tokens: no script has more than two tokens a unit (composed emoji come to 1.6). */
const cutCharacters = (text: string, limit: ChunkLimit): readonly string[] => {
  if (!isTooLong(text, limit)) return [text];
  const pieceChars = Math.max(1, Math.floor(limit.maxTokens / 2));
  const pieces: string[] = [];
  let start = 0;
  while (start < text.length) {
    const border = graphemeBorder(text, start + pieceChars);
    const next = border > start ? border : start + pieceChars;
    pieces.push(text.slice(start, next));
    start = next;
  }
  return pieces;
};

/** The last border between two characters at or before `at`. */
const graphemeBorder = (text: string, at: number): number => {
  if (at >= text.length) return text.length;
  const from = Math.max(0, at - graphemeWindowChars);
  const window = text.slice(from, at + graphemeWindowChars);
  return from + (graphemes.segment(window).containing(at - from)?.index ?? at - from);
};
