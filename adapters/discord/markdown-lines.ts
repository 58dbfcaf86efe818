/** What a line of an answer is, by what it has so far. */

/**
 * `row` of what may be a table, `heading` of a level that Discord has not, `fence` that may open a block of code: these are looked at when they are whole. `begun`: too early to
 * tell; `plain`: nothing to change.
 */
export type LineKind = 'row' | 'heading' | 'fence' | 'begun' | 'plain';

/** A line that is not told by then is plain. */
const maxBegunChars = 200;

const listAndQuote = '[ \\t]*(?:(?:>|(?:[-*+]|\\d{1,9}[.)])(?=[ \\t]))[ \\t]*)*';
const rowBegun = /^[ \t]*\|/;
/** Rows need no pipe in front; what begins so is none all the same. */
const noRow = /^(?:[ \t]*(?:>|(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$))| {0,3}#{1,6}(?:[ \t]|$))/;
const firstCell = /^[^|]*/;
const rowOfDashes = /^[ \t]*:?-+:?[ \t]*$/;
/** The first cell of a table is a word or a few, and no sentence: prose is not to wait long. */
const maxFirstCellChars = 40;
const sentence = /[.,;:!?][ \t]/;
const headingBegun = /^ {0,3}#{4,6}[ \t]/;
const fenceBegun = new RegExp(`^${listAndQuote}(?:\`{3}|~{3})`);
const begun: readonly RegExp[] = [
  new RegExp(`^${listAndQuote}(?:\\d{1,9}[.)]?|[-*+]|\`{1,2}|~{1,2})?$`),
  /^ {0,3}#{1,6}$/,
  /^ {0,3}([-*_])(?:[ \t]*\1)*[ \t]*$/,
];
const rule = /^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$/;

/**
 * A line is told the same however it comes in pieces.
 *
 * @param options.inTable Whether the line before is a row of a table, so that this one may be longer before its first pipe.
 */
export const lineKind = (line: string, options: { readonly inTable: boolean }): LineKind => {
  const text = line.replace(/\n$/, '');
  const opens = (form: RegExp): boolean => {
    const found = form.exec(text)?.[0];
    return found !== undefined && found.length - 1 <= maxBegunChars;
  };
  if (opens(rowBegun)) return 'row';
  if (opens(headingBegun)) return 'heading';
  if (opens(fenceBegun)) return 'fence';
  const mayBeRow = beginsCell(text, options);
  if (mayBeRow && text.includes('|')) return 'row';
  return mayBeRow || (isShort(text) && begun.some((form) => form.test(text))) ? 'begun' : 'plain';
};

/** Whether a table's row without a pipe in front may begin so. */
export const beginsCell = (text: string, options: { readonly inTable: boolean }): boolean => {
  const [cell = ''] = firstCell.exec(text) ?? [];
  if (!isShort(cell) || cell.trim() === '' || noRow.test(text)) return false;
  if (options.inTable || rowOfDashes.test(cell)) return true;
  return cell.length <= maxFirstCellChars && !sentence.test(cell);
};

/** Whether the whole line is a thematic break. */
export const isRule = (line: string): boolean => {
  const text = line.replace(/\n$/, '');
  return isShort(text) && rule.test(text);
};

export const isShort = (text: string): boolean => text.length <= maxBegunChars;
