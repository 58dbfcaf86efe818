/** What a line of Markdown is to one who cuts it into messages: told from its beginning as soon as it can be, and from the lines before it. */
import {
  closesFence,
  type Fence,
  indentOf,
  itemsAfter,
  leavesFence,
  openedFence,
} from './markdown-fence.ts';

/** What the lines before say about the next one. */
export interface Block {
  /** Open before the next line. */
  readonly fence?: Fence;
  /** Header and delimiter row of the table that the next line may be a row of, with their newlines. */
  readonly table?: string;
  /** The line before, with its newline, if a delimiter row would make it a table's header. */
  readonly header?: string;
  /** Where the text of the open list items begins, in columns, outermost first. */
  readonly items: readonly number[];
  /** What stands before the next line; a heading also with blank lines behind it. `text` is a paragraph, which the line may go on. */
  readonly after: 'blank' | 'heading' | 'opening' | 'delimiter' | 'text' | 'other';
}

export type LineKind =
  | 'blank'
  | 'text'
  | 'item'
  | 'heading'
  | 'rule'
  | 'header'
  | 'delimiter'
  | 'row'
  | 'opening'
  | 'code'
  | 'closing';

export const firstBlock: Block = { items: [], after: 'blank' };

/** Of a line that is longer only the beginning is looked at; it is no table's header. */
export const maxLineLengthChars = 2_000;
const maxUndecidedLengthChars = 400;

const markerBegun = /^[ \t>]*(?:[-*+]|\d{1,9}[.)]?|#{1,6}|`{1,2}|~{1,2})?$/;
/** Of a thematic break, or of a setext heading's second line. */
const rule = /^ {0,3}(?:(?:-[ \t]*)+|(?:\*[ \t]*)+|(?:_[ \t]*)+)$/;
const item = /^[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]/;
const quote = /^[ \t]*>/;
const heading = /^ {0,3}#{1,6}[ \t\n]/;
const delimiterBegun = /^[ \t]*[|:-][ \t|:-]*$/;
const delimiterRow = /^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?\s*$/;

/**
 * The kind of the line, or undefined when its beginning can still become several.
 *
 * @param line With its newline when it is whole, else what there is of it by now.
 */
export const lineKind = (line: string, block: Block): LineKind | undefined => {
  const whole = line.endsWith('\n');
  const undecided = !whole && line.length <= maxUndecidedLengthChars;
  const { fence, ...outside } = block;
  const isBlank = line.trim() === '';
  if (fence !== undefined) {
    if (isBlank && undecided) return undefined;
    if (leavesFence(line, fence)) return lineKind(line, outside);
    if (closesFence(line, { fence, whole })) return undecided ? undefined : 'closing';
    return 'code';
  }
  if (isBlank) return undecided ? undefined : 'blank';
  if (block.header !== undefined && undecided && delimiterBegun.test(line)) return undefined;
  if (block.header !== undefined && whole && isDelimiterOf(line, block.header)) return 'delimiter';
  if (undecided && (markerBegun.test(line) || rule.test(line))) return undefined;
  if (whole && isRule(line)) return 'rule';
  if (openedFence(line.trimEnd(), block.items) !== undefined) return 'opening';
  if (heading.test(line)) return 'heading';
  if (item.test(line)) return 'item';
  if (block.table !== undefined && !quote.test(line)) return 'row';
  return /^[ \t]*\|/.test(line) ? 'header' : 'text';
};

/**
 * Whether a cut may stand before the line, and how good it is: 3 between paragraphs, 2 before list items and rows, 1 before another line and inside a list
 * item, 0 not at all.
 *
 * @param line What there is of it by now.
 */
export const borderBefore = (
  { line, kind }: { readonly line: string; readonly kind: LineKind },
  { after, items }: Block,
): 0 | 1 | 2 | 3 => {
  if (line.trim() === '' || kind === 'closing' || kind === 'delimiter') return 0;
  if (after === 'opening' || after === 'delimiter') return 0;
  if (kind === 'rule' && after === 'text') return 0;
  if (kind === 'code' || after === 'heading') return 1;
  if (kind === 'item' || kind === 'row') return 2;
  if (items.some((column) => column <= indentOf(line))) return 1;
  if (after === 'blank' || kind === 'heading') return 3;
  return kind === 'text' ? 1 : 2;
};

/** Whether a cut may go through the line. A row stays whole, unless it is larger than a message, because it fills the part from its beginning. */
export const canBeCut = (kind: LineKind | undefined, fillsPart: boolean): boolean =>
  kind === 'text' ||
  kind === 'item' ||
  kind === 'heading' ||
  kind === 'code' ||
  (kind === 'row' && fillsPart);

/** What holds after the whole line. */
export const blockAfter = (line: string, kind: LineKind, block: Block): Block => {
  const goesOn = kind === 'text' && block.after === 'text' && !quote.test(line);
  const items = goesOn ? block.items : itemsAfter(line, block.items);
  switch (kind) {
    case 'code':
      return { ...block, after: 'other' };
    case 'closing':
      return { items: block.items, after: 'other' };
    case 'blank':
      return { items: block.items, after: block.after === 'heading' ? 'heading' : 'blank' };
    case 'opening': {
      const fence = openedFence(line.trimEnd(), block.items);
      return { items, after: 'opening', ...(fence !== undefined && { fence }) };
    }
    case 'delimiter':
      return { items, after: 'delimiter', table: (block.header ?? '') + line };
    case 'row':
      return { items, after: 'other', ...(block.table !== undefined && { table: block.table }) };
    case 'heading':
      return { items, after: 'heading' };
    case 'rule':
      return { items: [], after: 'other' };
    case 'item':
      return { items, after: 'text' };
    case 'header':
    case 'text': {
      const mayBeHeader = line.includes('|') && line.length < maxLineLengthChars;
      return { items, after: 'text', ...(mayBeHeader && { header: line }) };
    }
  }
};

/** The rest of an item's line at the top of a message is a paragraph there: its marker stands in the message before. */
export const afterRestOfItem = ({ items }: Block): Block => ({ items, after: 'text' });

/** At least three of a kind; fewer are the beginning of a list item, or text. */
const isRule = (line: string): boolean =>
  rule.test(line.trimEnd()) && line.replace(/\s/g, '').length > 2;

/**
 * At the top of a message no list is open any more, but for the item that a fence is opened again in.
 */
export const blockAtTop = (block: Block): Block => ({
  ...block,
  items: block.fence === undefined || block.fence.column === 0 ? [] : [block.fence.column],
});

/** As GitHub's tables have it: as many cells as the header. */
const isDelimiterOf = (line: string, header: string): boolean =>
  delimiterRow.test(line) && line.includes('|') && cellsIn(line) === cellsIn(header);

const cellsIn = (row: string): number =>
  row
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '')
    .split(/(?<!\\)\|/).length;
