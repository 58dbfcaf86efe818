/** Small things about the pieces of an answer. */
import type { AnswerPiece } from '../../src/ports/speaker.ts';

/** Text that is no mark of a footnote. */
export const plainPiece = (text: string): AnswerPiece => ({ text, mark: false });

export const textOfPieces = (pieces: readonly AnswerPiece[]): string =>
  pieces.map(({ text }) => text).join('');

/** The newline that the line ends with; empty for none. */
export const newlineOf = (line: string): string => (line.endsWith('\n') ? '\n' : '');

/** Stands for a footnote where a line is looked at. */
const footnote = '\uFFFC';

/** The text, with one character for each footnote: what its address holds does not count. */
export const lookOf = (pieces: readonly AnswerPiece[]): string =>
  pieces.map((piece) => (piece.mark ? footnote : piece.text)).join('');

/** Puts the text behind the pieces, in the last of them if that is text. */
export const appendText = (pieces: AnswerPiece[], text: string): void => {
  const last = pieces.at(-1);
  if (last === undefined || last.mark) pieces.push(plainPiece(text));
  else pieces[pieces.length - 1] = plainPiece(last.text + text);
};
