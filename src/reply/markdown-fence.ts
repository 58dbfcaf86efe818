/** Fenced code as a message cut sees it: where it opens and ends, and the lines that close it before a cut and open it again behind. */

export interface Fence {
  readonly mark: string;
  /** Inside a block quote, which ends with the first line that has no `>`. */
  readonly quoted: boolean;
  /** Where the text of the list item around it begins: a line with less indentation ends both. 0 outside of lists. */
  readonly column: number;
  /** The line that opens it again at the top of a message, with its newline. */
  readonly reopening: string;
  /** The line that closes it at the end of a message, without newline. */
  readonly closing: string;
  /** Before the rest of a line that was cut: keeps it in the quote or the list item. */
  readonly lead: string;
}

/** Group 1: list markers, quote marks and spaces; group 2: the fence; group 3: the info string, without backticks after backticks. */
const fenceLine =
  /^([ \t]*(?:(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t]))[ \t]*)*)(`{3,}(?![^\n]*`)|~{3,})([^\n]*)/;
/** Groups 1 and 2: the marker with what stands before it, the blanks behind. */
const itemBegun = /^([ \t]*(?:[-*+]|\d{1,9}[.)]))([ \t]+|(?=\s*$))/;
/** Longer ones are no fences for us: a part could not hold them twice. */
const maxMarkLengthChars = 64;
const maxInfoLengthChars = 60;
const maxLanguageLengthChars = 30;

/**
 * The fence that this line opens, or the beginning of a line by what it has so far.
 *
 * @param items Where the text of the open list items begins, in columns, outermost first.
 */
export const openedFence = (line: string, items: readonly number[]): Fence | undefined => {
  const [, prefix, mark, info] = fenceLine.exec(line) ?? [];
  if (prefix === undefined || mark === undefined || mark.length > maxMarkLengthChars)
    return undefined;
  const width = columnsOf(prefix);
  const quoted = prefix.includes('>');
  const hasMarker = /[-*+\d]/.test(prefix);
  const column = quoted ? 0 : hasMarker ? width : itemAround(width, items);
  const quote = quoted ? (/^[ \t]*(?:>[ \t]?)+/.exec(prefix)?.[0] ?? '') : '';
  // More indentation than the item's would widen the item that is opened again.
  const indent = column > 0 ? column : width - columnsOf(quote);
  const opening = hasMarker
    ? prefix
    : quote + bullets(quoted && indent > 3 ? indent : column, indent);
  return {
    mark,
    quoted,
    column,
    reopening: `${opening}${mark}${shortInfo(info ?? '')}\n`,
    closing: quote + ' '.repeat(indent) + mark,
    lead: quoted || column > 0 ? quote + ' '.repeat(indent) : '',
  };
};

/** Whether the line, not inside the fence's quote or list item any more, ends it without a closing line. */
export const leavesFence = (line: string, fence: Fence): boolean =>
  fence.quoted
    ? /^[ \t]*(?:[^\s>]|\n)/.test(line)
    : line.trim() !== '' && indentOf(line) < fence.column;

/** Whether the line closes the fence; of the beginning of a line, whether it still may. */
export const closesFence = (
  line: string,
  { fence, whole }: { readonly fence: Fence; readonly whole: boolean },
): boolean => {
  const inner = fence.quoted ? line.replace(/^[ \t]*(?:>[ \t]?)*/, '') : line;
  const text = inner.trim();
  const sign = fence.mark[0] ?? '';
  if (text !== sign.repeat(text.length)) return false;
  if (indentOf(inner) - fence.column > 3) return false;
  const long = text.length >= fence.mark.length;
  return whole ? long : long || text === '' || !/\s$/.test(inner);
};

/** The open list items after this line. */
export const itemsAfter = (line: string, items: readonly number[]): readonly number[] => {
  if (line.trim() === '') return items;
  const indent = indentOf(line);
  const open = items.filter((column) => column <= indent);
  let column = 0;
  let rest = line;
  for (;;) {
    const [all, marker = '', space = ''] = itemBegun.exec(rest) ?? [];
    if (all === undefined) return open;
    // Behind an empty marker, or one before indented code, the text begins one column on.
    rest = rest.slice(all.length);
    const oneOn = space.length > 4 || rest.trim() === '';
    column += columnsOf(marker) + (oneOn ? 1 : columnsOf(space));
    open.push(column);
  }
};

export const indentOf = (line: string): number => columnsOf(/^[ \t]*/.exec(line)?.[0] ?? '');

const columnsOf = (text: string): number => text.replaceAll('\t', '    ').length;

const itemAround = (width: number, items: readonly number[]): number =>
  Math.max(0, ...items.filter((column) => column <= width));

/** Without the list around it an indented fence would be none, so the list is opened again too: bullets up to the column. */
const bullets = (column: number, indent: number): string => {
  if (column < 2) return ' '.repeat(indent);
  const pairs = Math.floor(column / 2);
  return '- '.repeat(pairs) + ' '.repeat(indent - pairs * 2);
};

const shortInfo = (info: string): string => {
  const text = info.trim();
  if (text.length <= maxInfoLengthChars) return text;
  const language = text.split(/\s/)[0] ?? '';
  return language.length <= maxLanguageLengthChars ? language : '';
};
