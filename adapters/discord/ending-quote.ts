/** A quote within quotes, which Discord has not. */
import type { AnswerPiece } from '../../src/ports/speaker.ts';
import { plainPiece } from './answer-pieces.ts';

/** With three signs Discord quotes all that comes behind, to the end of the message. */
const endless = /^([ \t]*)>>>(?=[ \t])/;

/** The beginning of a line, at most a whole one: where it would quote the rest of the message it is a quote that ends with the line. */
export const withEndingQuote = (line: readonly AnswerPiece[]): readonly AnswerPiece[] =>
  line.map((piece, index) =>
    index === 0 && !piece.mark ? plainPiece(piece.text.replace(endless, '$1>')) : piece,
  );
