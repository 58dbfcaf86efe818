/** A heading of a level that Discord has not, as a bold line. */
import type { AnswerPiece } from '../../src/ports/speaker.ts';
import { newlineOf, plainPiece, textOfPieces } from './answer-pieces.ts';

/** Bold has no bold inside: its marks go, but not in code, and not between the letters of a word, where they mean themselves. */
export const renderDeepHeading = (line: readonly AnswerPiece[]): readonly AnswerPiece[] => {
  const title = line
    .map((piece, index) => {
      if (piece.mark) return piece;
      const begun = index === 0 ? piece.text.replace(/^[ \t]*#+[ \t]+/, '') : piece.text;
      const bare = withoutBold(begun);
      return plainPiece(index === line.length - 1 ? withoutEnd(bare) : bare);
    })
    .filter((piece) => piece.text !== '');
  if (title.length === 0) return line;
  return [plainPiece('**'), ...title, plainPiece(`**${newlineOf(textOfPieces(line))}`)];
};

const withoutBold = (title: string): string =>
  title
    .split(/(`[^`]+`)/)
    .map((part, index) => (index % 2 === 1 ? part : unmarked(part)))
    .join('');

const unmarked = (prose: string): string =>
  prose.replace(/(?<=\w)\*\*(?=\w)/g, '\\*\\*').replace(/(?<!\\\*?)\*\*/g, '');

/** Without the blanks at the end, and the signs that may close a heading. */
const withoutEnd = (title: string): string =>
  title
    .trimEnd()
    .replace(/(?<=[ \t])#+$/, '')
    .trimEnd();
