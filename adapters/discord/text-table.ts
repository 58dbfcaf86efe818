/** A table of Markdown as Discord can show it: aligned text, or one record a row where that is too wide. */
import stringWidth from 'string-width';
import type { AnswerPiece } from '../../src/ports/speaker.ts';
import { plainPiece as text, textOfPieces as textOf } from './answer-pieces.ts';
import { type Cell, cellsOf, isBlank, plainText, trimmed } from './table-cell.ts';

/** What a desktop shows without breaking the line. */
const maxColumns = 80;
const maxMeasuredChars = 400;
const gap = '  ';

/** Lines that begin with a pipe, or with a table's header: a table, or what only looks like one and stays as it is. */
export const renderRows = (lines: readonly Cell[]): readonly AnswerPiece[] => {
  const [header, second] = lines;
  const isTable = header !== undefined && second !== undefined && beginTable(header, second);
  return isTable ? renderTable(lines) : lines.flat();
};

/** Whether two lines begin a table. Without a pipe in front of the header their cells are as many, for much may look like a header. */
export const beginTable = (header: Cell, delimiters: Cell): boolean => {
  if (!isDelimiterRow(delimiters)) return false;
  return /^[ \t]*\|/.test(textOf(header)) || cellsOf(header).length === cellsOf(delimiters).length;
};

/** Whether the line says where a table's columns are. */
const isDelimiterRow = (line: Cell): boolean => {
  const row = textOf(line).trim();
  if (line.some(({ mark }) => mark) || !/^[|: \t-]+$/.test(row)) return false;
  const cells = row.replace(/^\|/, '').replace(/\|$/, '').split('|');
  return cells.every((cell) => /^:?-+:?$/.test(cell.trim()));
};

/**
 * Aligned text in a fence: cells lose their markup, a footnote is `[n]`. Wider than 80 columns (a CJK character has two): `**Header:** value`, a line for each cell
 * that is not empty, with all that a cell holds, and a blank line between rows. Ends with a newline if the last line does.
 *
 * @param lines The header, the delimiters, and the rows.
 */
const renderTable = (lines: readonly Cell[]): readonly AnswerPiece[] => {
  const [header = [], delimiters = [], ...body] = lines.map(cellsOf);
  const rows = [header, ...body].map((cells) => cells.map(plainText));
  const widths: number[] = [];
  for (const cells of rows)
    for (const [index, cell] of cells.entries())
      widths[index] = Math.max(widths[index] ?? 0, widthOf(cell));
  const columns = widths.reduce((sum, width) => sum + width, gap.length * (widths.length - 1));
  const end = textOf(lines.at(-1) ?? []).endsWith('\n') ? '\n' : '';
  const pieces =
    columns > maxColumns && body.length > 0
      ? renderRecords(rows[0] ?? [], body)
      : [text(renderColumns(rows, { widths, rightAligned: delimiters.map(isRightAligned) }))];
  return end === '' ? pieces : [...pieces, text(end)];
};

/** Of a cell that no table has room for, more than it has room for: to measure it takes long. */
const widthOf = (cell: string): number =>
  cell.length > maxMeasuredChars ? maxMeasuredChars : stringWidth(cell);

const renderColumns = (
  rows: readonly (readonly string[])[],
  options: { readonly widths: readonly number[]; readonly rightAligned: readonly boolean[] },
): string => {
  const { widths, rightAligned } = options;
  const line = (cells: readonly string[]): string =>
    widths
      .map((width, index) => {
        const cell = cells[index] ?? '';
        const blanks = ' '.repeat(width - widthOf(cell));
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
    .filter((cells) => !cells.every(isBlank))
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

const isRightAligned = (cell: Cell): boolean => /^[ \t]*-+:/.test(textOf(cell));
