/** What a line of an answer is, by what it has so far. */

/**
 * `row` of a table, `heading` of a level that Discord has not, `fence` that may open a block of code: these are looked at when they are whole. `begun`: too early to
 * tell; `plain`: nothing to change.
 */
export type LineKind = 'row' | 'heading' | 'fence' | 'begun' | 'plain';

/** A line that is not told by then is plain. */
const maxBegunChars = 200;

const listAndQuote = '[ \\t]*(?:(?:>|(?:[-*+]|\\d{1,9}[.)])(?=[ \\t]))[ \\t]*)*';
const rowBegun = /^[ \t]*\|/;
const headingBegun = /^ {0,3}#{4,6}[ \t]/;
const fenceBegun = new RegExp(`^${listAndQuote}(?:\`{3}|~{3})`);
const begun: readonly RegExp[] = [
  new RegExp(`^${listAndQuote}(?:\\d{1,9}[.)]?|[-*+]|\`{1,2}|~{1,2})?$`),
  /^ {0,3}#{1,6}$/,
  /^ {0,3}([-*_])(?:[ \t]*\1)*[ \t]*$/,
];
const rule = /^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$/;

/** A line is told the same however it comes in pieces. */
export const lineKind = (line: string): LineKind => {
  const text = line.replace(/\n$/, '');
  const opens = (form: RegExp): boolean => {
    const found = form.exec(text)?.[0];
    return found !== undefined && found.length - 1 <= maxBegunChars;
  };
  if (opens(rowBegun)) return 'row';
  if (opens(headingBegun)) return 'heading';
  if (opens(fenceBegun)) return 'fence';
  return isShort(text) && begun.some((form) => form.test(text)) ? 'begun' : 'plain';
};

/** Whether the whole line is a thematic break. */
export const isRule = (line: string): boolean => {
  const text = line.replace(/\n$/, '');
  return isShort(text) && rule.test(text);
};

export const isShort = (text: string): boolean => text.length <= maxBegunChars;
