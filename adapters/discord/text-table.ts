/** A table of Markdown as Discord can show it: aligned text, or one record a row where that is too wide. */
import stringWidth from 'string-width';
import type { AnswerPiece } from '../../src/ports/speaker.ts';
import { brokenRuns } from './code-fence.ts';

type Cell = readonly AnswerPiece[];

/** What a desktop shows without breaking the line. */
const maxColumns = 80;
const gap = '  ';
const delimiter = /^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*\n?$/;
const lineBreak = /<br[ \t]*\/?>/gi;

/** Whether the line says where a table's columns are. */
export const isDelimiterRow = (line: Cell): boolean =>
  line.every(({ mark }) => !mark) && delimiter.test(textOf(line));

/**
 * Aligned text in a fence: cells lose their markup, a footnote is `[n]`. Wider than 80 columns (a CJK character has two): `**Header:** value`, a line for each cell
 * that is not empty, with all that a cell holds, and a blank line between rows. Ends with a newline if the last line does.
 *
 * @param lines The header, the delimiters, and the rows.
 */
export const renderTable = (lines: readonly Cell[]): readonly AnswerPiece[] => {
  const [header = [], delimiters = [], ...body] = lines.map(cellsOf);
  const rows = [header, ...body].map((cells) => cells.map(plainText));
  const widths = rows.reduce<readonly number[]>(
    (most, cells) =>
      Array.from({ length: Math.max(most.length, cells.length) }, (_, index) =>
        Math.max(most[index] ?? 0, stringWidth(cells[index] ?? '')),
      ),
    [],
  );
  const columns = widths.reduce((sum, width) => sum + width, gap.length * (widths.length - 1));
  const end = textOf(lines.at(-1) ?? []).endsWith('\n') ? '\n' : '';
  const pieces =
    columns > maxColumns && body.length > 0
      ? renderRecords(rows[0] ?? [], body)
      : [text(renderColumns(rows, { widths, rightAligned: delimiters.map(isRightAligned) }))];
  return end === '' ? pieces : [...pieces, text(end)];
};

const renderColumns = (
  rows: readonly (readonly string[])[],
  options: { readonly widths: readonly number[]; readonly rightAligned: readonly boolean[] },
): string => {
  const { widths, rightAligned } = options;
  const line = (cells: readonly string[]): string =>
    widths
      .map((width, index) => {
        const cell = cells[index] ?? '';
        const blanks = ' '.repeat(width - stringWidth(cell));
        return rightAligned[index] === true ? blanks + cell : cell + blanks;
      })
      .join(gap)
      .trimEnd();
  const [header = [], ...body] = rows;
  const rule = widths.map((width) => '-'.repeat(Math.max(1, width))).join(gap);
  return ['```', line(header), rule, ...body.map(line), '```'].join('\n');
};

const renderRecords = (
  header: readonly string[],
  body: readonly (readonly Cell[])[],
): readonly AnswerPiece[] =>
  body
    .flatMap((cells, row) => [
      ...(row === 0 ? [] : [text('\n\n')]),
      ...cells
        .map((cell, index) => ({ name: header[index] ?? '', value: trimmed(cell) }))
        .filter(({ value }) => value.length > 0)
        .flatMap(({ name, value }, index) => [
          text(`${index === 0 ? '' : '\n'}${name === '' ? '' : `**${name.replace(/:$/, '')}:** `}`),
          ...value,
        ]),
    ])
    .filter((piece) => piece.text !== '');

/** Split at the pipes that are not escaped, in code too; without the empty cells that a pipe at either end leaves. */
const cellsOf = (line: Cell): readonly Cell[] => {
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

const isBlank = (cell: Cell | undefined): boolean =>
  cell?.every((piece) => !piece.mark && piece.text.trim() === '') ?? true;

const isRightAligned = (cell: Cell): boolean => /^[ \t]*-+:/.test(textOf(cell));

/** The cell without blanks around it, and without line breaks; empty for nothing. */
const trimmed = (cell: Cell): Cell => {
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
const plainText = (cell: Cell): string => {
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

const textOf = (line: Cell): string => line.map((piece) => piece.text).join('');

const text = (piece: string): AnswerPiece => ({ text: piece, mark: false });
