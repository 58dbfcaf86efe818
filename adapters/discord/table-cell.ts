/** The cells of a table's line, and what a reader sees of one. */
import type { AnswerPiece } from '../../src/ports/speaker.ts';
import { plainPiece as text } from './answer-pieces.ts';
import { brokenRuns } from './code-fence.ts';

export type Cell = readonly AnswerPiece[];

const lineBreak = /<br[ \t]*\/?>/gi;

/** Split at the pipes that are not escaped, in code too; without the empty cells that a pipe at either end leaves. */
export const cellsOf = (line: Cell): readonly Cell[] => {
  const cells: AnswerPiece[][] = [[]];
  for (const piece of line) {
    if (piece.mark) cells.at(-1)?.push(piece);
    else
      for (const [token] of piece.text.matchAll(/\\\||\||\\|[^\\|]+/g)) {
        if (token === '|') cells.push([]);
        else cells.at(-1)?.push(text(token === '\\|' ? '|' : token));
      }
  }
  const from = isBlank(cells[0]) ? 1 : 0;
  const to = cells.length > 1 && isBlank(cells.at(-1)) ? -1 : cells.length;
  return cells.slice(from, to);
};

export const isBlank = (cell: Cell | undefined): boolean =>
  cell?.every((piece) => !piece.mark && piece.text.trim() === '') ?? true;

/** The cell without blanks around it, and without line breaks; empty for nothing. */
export const trimmed = (cell: Cell): Cell => {
  const words = cell.map((piece) =>
    piece.mark ? piece : text(piece.text.replace(lineBreak, ' ').replace(/\s+/g, ' ')),
  );
  const shown = (piece: AnswerPiece) => piece.mark || piece.text.trim() !== '';
  const kept = words.slice(words.findIndex(shown), words.findLastIndex(shown) + 1);
  return kept.map((piece, index) => {
    if (piece.mark) return piece;
    const begun = index === 0 ? piece.text.trimStart() : piece.text;
    return text(index === kept.length - 1 ? begun.trimEnd() : begun);
  });
};

/** As a reader sees the cell, on one line. */
export const plainText = (cell: Cell): string => {
  const shown = trimmed(cell)
    .map((piece) => (piece.mark ? footnote(piece.text) : piece.text))
    .join('');
  return brokenRuns(withoutMarkup(shown).trim(), 0).text;
};

/** ` [[3]](https://a)` is ` [3]`. */
const footnote = (mark: string): string => {
  const [, blanks = '', number = ''] = /^([ \t]*)[^\d]*(\d+)/.exec(mark) ?? [];
  return number === '' ? mark : `${blanks}[${number}]`;
};

const withoutMarkup = (cell: string): string =>
  cell
    .split(/(`[^`]+`)/)
    .map((part, index) => (index % 2 === 1 ? part.slice(1, -1) : withoutMarks(part)))
    .join('');

const withoutMarks = (prose: string): string =>
  prose
    .replace(/!?\[([^\][]*)\]\([^()\s]*\)/g, '$1')
    .replace(/<(https?:[^<>\s]+)>/g, '$1')
    .replace(/(\*\*|__|~~)(?=\S)([^*_~]+)\1/g, '$2')
    .replace(/(?<![\w*])\*(?=\S)([^*]+)\*(?!\w)/g, '$1')
    .replace(/(?<![\w_])_(?=\S)([^_]+)_(?!\w)/g, '$1')
    .replace(/\\(?=[!-/:-@[-`{-~])/g, '');
