/** Puts an answer that grows into the Markdown that Discord has. */
import type { AnswerPiece, MarkdownDialect } from '../../src/ports/speaker.ts';
import {
  appendText,
  lookOf,
  newlineOf,
  plainPiece as text,
  textOfPieces as textOf,
} from './answer-pieces.ts';
import {
  brokenRuns,
  type CodeFence,
  closedFence,
  leavesQuote,
  mayClose,
  openedFence,
} from './code-fence.ts';
import { renderDeepHeading } from './deep-heading.ts';
import { withEndingQuote } from './ending-quote.ts';
import { beginsCell, isRule, isShort, type LineKind, lineKind } from './markdown-lines.ts';
import { beginTable, renderRows } from './text-table.ts';

type Line = readonly AnswerPiece[];

const ruleLine = '────────────';
/** Words that show the same whatever comes behind them. */
const plainWords = /^\p{L}[^*_`~[\]<>\\|]*$/u;

/**
 * - a table, with or without a pipe at the beginning of its lines, is aligned text or records (`renderRows`), held back until it ends;
 * - a heading deeper than three is a bold line, a thematic break a line of dashes, a quote within quotes a quote;
 * - a block of code has a fence of three backticks, and no three of them inside.
 *
 * Everything else stays byte for byte; links and mentions are made safe in each message (`neutraliseMarkdown`). In code nothing but its fence changes.
 *
 * @see https://docs.discord.com/developers/reference#message-formatting
 */
export const createMarkdownDialect = (): MarkdownDialect => {
  /** Whole lines of what may be a table. */
  let rows: Line[] = [];
  /** The line that is not out yet; none of it is, or all of it. */
  let held: AnswerPiece[] = [];
  let kind: LineKind = 'begun';
  let fence: CodeFence | undefined;
  /** Backticks that the code which is out ends with. */
  let ticks = 0;

  /** The second row says that it is one. */
  const inTable = (): boolean => rows.length > 1;
  const begin = (): void => {
    held = [];
    kind = 'begun';
  };
  const asCode = (line: string): Line => {
    const broken = brokenRuns(line, ticks);
    ticks = line.endsWith('\n') ? 0 : broken.ticks;
    return [text(broken.text)];
  };
  const endTable = (): Line => {
    const table = renderRows(rows);
    rows = [];
    return table;
  };

  /** Of a line of code, by what it has so far. */
  const codeKind = (line: string, within: CodeFence): LineKind =>
    isShort(line.replace(/\n$/, '')) && mayClose(line.replace(/\n$/, ''), within)
      ? 'begun'
      : 'plain';
  const tell = (line: string): LineKind => {
    if (fence !== undefined && leavesQuote(line, fence)) fence = undefined;
    return fence === undefined ? lineKind(line, { inTable: inTable() }) : codeKind(line, fence);
  };

  /** A whole line of code that might have closed its fence. */
  const endCode = (line: string, within: CodeFence): Line => {
    const closing = closedFence(line, within);
    if (closing === undefined) return asCode(line);
    fence = undefined;
    return [text(closing)];
  };
  const endFence = (line: string): Line => {
    const opened = openedFence(line);
    fence = opened?.fence;
    ticks = 0;
    return [text(opened?.line ?? line)];
  };
  const endRow = (): Line => {
    const [header = []] = rows;
    const isTable = rows.length !== 1 || beginTable(header, held);
    if (!isTable) rows = [];
    rows.push(held);
    return isTable ? [] : header;
  };
  /** The held line is whole, or nothing comes behind it. */
  const endLine = (): Line => {
    const line = textOf(held);
    if (kind === 'row') return endRow();
    if (fence !== undefined) return endCode(line, fence);
    const before = endTable();
    if (kind === 'heading') return [...before, ...renderDeepHeading(held)];
    if (kind === 'fence') return [...before, ...endFence(line)];
    return [
      ...before,
      ...(isRule(line) ? [text(ruleLine + newlineOf(line))] : withEndingQuote(held)),
    ];
  };
  /** The held line is no line to be looked at: it goes out, and so does what comes of it. */
  const letGo = (): Line => {
    const line = held;
    held = [];
    return fence === undefined ? [...endTable(), ...withEndingQuote(line)] : asCode(textOf(line));
  };

  const mayBecomeRow = (): boolean =>
    kind === 'begun' && fence === undefined && beginsCell(lookOf(held), { inTable: inTable() });
  const pushText = (piece: string): Line => {
    const isWhole = piece.endsWith('\n');
    if (kind === 'plain') {
      if (isWhole) begin();
      return fence === undefined ? [text(piece)] : asCode(piece);
    }
    appendText(held, piece);
    const told = kind === 'begun' ? tell(lookOf(held)) : kind;
    kind = told;
    if (told !== 'plain' && !isWhole) return [];
    const out = told === 'plain' ? letGo() : endLine();
    if (isWhole) begin();
    return out;
  };
  const pushMark = (mark: AnswerPiece): Line => {
    if (kind === 'row' || kind === 'heading' || mayBecomeRow()) {
      held.push(mark);
      return [];
    }
    const before = kind === 'plain' ? [] : letGo();
    kind = 'plain';
    return [...before, mark];
  };

  return {
    push: (piece) =>
      compact(
        piece.mark
          ? pushMark(piece)
          : (piece.text.match(/[^\n]*\n|[^\n]+/g) ?? []).flatMap(pushText),
      ),
    pending() {
      const table = kind === 'row' ? [...rows, held] : rows;
      const line = kind === 'heading' ? renderDeepHeading(held) : [];
      const words = mayBecomeRow() && plainWords.test(lookOf(held)) ? held : [];
      return textOf([...renderRows(table), ...line, ...words]).trimEnd();
    },
    end() {
      const last = held.length > 0 ? endLine() : [];
      begin();
      return compact([...last, ...endTable()]);
    },
  };
};

/** No piece is empty. */
const compact = (pieces: Line): Line => pieces.filter((piece) => piece.text !== '');
