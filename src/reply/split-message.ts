/** Cuts Markdown that grows into messages: at paragraphs, list items, table rows or code lines, and so that nothing is lost and nothing moves. */
import { type CutPlaces, createCutPlaces, isSpace } from './cut-places.ts';
import { createFenceRoom } from './fence-room.ts';
import { createInlineScanner, type InlineScanner } from './inline-scanner.ts';
import { closesFence, type Fence, openedFence } from './markdown-fence.ts';
import {
  afterRestOfItem,
  type Block,
  blockAfter,
  blockAtTop,
  borderBefore,
  canBeCut,
  firstBlock,
  type LineKind,
  lineKind,
  maxLineLengthChars,
} from './markdown-lines.ts';
import type { MessagePart, PartLimit } from './message-part.ts';
import { type MarkRange, rememberSizes, type Token, tokensFrom } from './read-again.ts';

/** The last part by now. What may still become a fence, a list item or a table is left out. */
export interface OpenPart extends MessagePart {
  /** How much of the body stands in this part whatever comes, in UTF-16 units. */
  readonly fixedChars: number;
}

export interface MessageSplitter {
  /** Any piece of the text, but no half of a surrogate pair. */
  append(text: string): void;
  /** A mark of a footnote, whole: never cut, and kept with what stands before it if that is possible. */
  appendMark(text: string): void;
  sealed(): readonly MessagePart[];
  open(): OpenPart;
  /** The last part when nothing more comes: whole, and closed if a fence is open. */
  end(): MessagePart;
}

/** How full a part is, of 1, when it ends before a line of this border (`borderBefore`). */
const fullEnough = { 3: 0.75, 2: 0.85, 1: 0.9 } as const;
/** A table's header is repeated up to this share of a message. */
const headerShare = 0.25;
/** White space outside of code beyond this is dropped: a message may not consist of it. */
const maxSpaces = 64;
/** Behind so many characters an opening line says nothing that a repeated one would hold. */
const maxOpeningLengthChars = 400;

/** Where the open part may end, and what holds there. */
interface Place {
  readonly at: number;
  readonly block: Block;
  /** What of the line stands before; empty at its beginning. */
  readonly line: string;
  /** Of the line that is cut; undefined at its beginning. */
  readonly kind?: LineKind;
  readonly fence: Fence | undefined;
  readonly table: string | undefined;
}

/**
 * Reads one code point after another, and whatever it decides rests on those it has read: however the text is cut into pieces, the parts are the same,
 * and more text never changes a sealed one. A part ends as soon as it is full enough for the border that comes, so what a person has read stays where it is;
 * only a link, a code span, a table row or a word that does not fit moves on whole. If one alone is larger than a message it is cut, between characters.
 *
 * Linear in the text. `measure` must add up over pieces.
 */
export const createMessageSplitter = (options: {
  readonly measure: (markdown: string) => number;
  /** Of the part with this index, from 0. */
  readonly limitOf: (index: number) => PartLimit;
}): MessageSplitter => {
  const { measure, limitOf } = options;
  const sizeOf = rememberSizes(measure);
  const fenceRoom = createFenceRoom(measure);
  const sealed: MessagePart[] = [];
  let limit: PartLimit;
  let nextLimit: PartLimit;
  let places: CutPlaces;
  let inline: InlineScanner;
  let before = '';
  let body = '';
  let marks: MarkRange[] = [];
  let textSize = 0;
  let allSize = 0;
  let hasInk = false;
  let spaces = 0;
  let safe: Place | undefined;
  /** Between characters, no more: where a cut goes when there is no safe place. */
  let possible: Place | undefined;
  let block = firstBlock;
  let line = '';
  let kind: LineKind | undefined;
  /** The line began in the part before. */
  let continued = false;
  let lineAt = 0;
  let lineSize = 0;
  let lineFullness = 0;
  let lineHasInk = false;
  let lineIsInside = false;
  /** Where a table begins whose delimiter row is not there yet. */
  let headerAt: number | undefined;
  let opening: Fence | undefined;

  /** The fence that is open where we stand. */
  const openFence = (): Fence | undefined => {
    if (kind === 'opening') return opening;
    return kind === undefined || kind === 'code' ? block.fence : undefined;
  };
  /** What is kept free to close the open fence. */
  const closingSize = (fence = openFence()): number =>
    fenceRoom.closingSize(fence, Math.min(limit.text, nextLimit.text));
  const closingBehind = (text: string): string => {
    const fence = openFence();
    if (fence === undefined || closingSize(fence) === 0) return '';
    return text === '' || text.endsWith('\n') ? fence.closing : `\n${fence.closing}`;
  };
  const fullness = (): number => {
    const closing = closingSize();
    return Math.max((textSize + closing) / limit.text, (allSize + closing) / limit.all);
  };
  const mayClose = (): boolean => kind === undefined && block.fence !== undefined;
  /** What may become the closing line takes the room that is kept for it. */
  const isTooLarge = (): boolean => {
    const closing = closingSize();
    const inReserve = mayClose() ? lineSize : 0;
    const more = Math.max(closing, inReserve) - inReserve;
    return textSize + more > limit.text || allSize + more > limit.all;
  };

  const beginPart = (text: string): void => {
    limit = limitOf(sealed.length);
    nextLimit = limitOf(sealed.length + 1);
    places = createCutPlaces({ maxWordChars: limit.text / 2 });
    inline = createInlineScanner();
    before = text;
    body = '';
    marks = [];
    textSize = measure(text);
    allSize = textSize;
    hasInk = false;
    spaces = 0;
    safe = undefined;
    possible = undefined;
    headerAt = undefined;
    lineAt = 0;
  };
  beginPart('');

  const hereInLine = (): Place => ({
    at: body.length,
    block,
    line,
    kind: kind ?? (block.fence === undefined ? 'text' : 'code'),
    fence: openFence(),
    table: kind === 'row' ? block.table : undefined,
  });

  /** Ends the part there; what stands behind is read again. */
  const cut = (place: Place): readonly Token[] => {
    const { at, fence, table = '' } = place;
    const wraps = fence !== undefined && closingSize(fence) > 0;
    const inLine = place.kind !== undefined;
    const after = !wraps ? '' : inLine ? `\n${fence.closing} ` : fence.closing;
    const headerFits = measure(table) <= headerShare * nextLimit.text;
    const rest = tokensFrom({ body, marks, at });
    sealed.push({ before, body: body.slice(0, at), after });
    const reopening = fence === undefined ? '' : fence.reopening + (inLine ? fence.lead : '');
    beginPart(wraps ? reopening : headerFits ? table : '');
    // The info string of an opening that is cut goes on as code.
    const opened = place.kind === 'opening';
    block = blockAtTop(opened ? blockAfter(place.line, 'opening', place.block) : place.block);
    line = place.line;
    kind = opened ? 'code' : place.kind;
    continued = inLine;
    return rest;
  };
  const beginLine = (): void => {
    lineAt = body.length;
    lineSize = 0;
    lineFullness = fullness();
    lineHasInk = hasInk;
    lineIsInside = inline.isOpen();
  };
  const decide = (found: LineKind): readonly Token[] | undefined => {
    kind = found;
    opening = undefined;
    headerAt = kind === 'header' ? lineAt : kind === 'delimiter' ? headerAt : undefined;
    const goesOn = kind === 'text' && block.after === 'text';
    if (!goesOn) {
      inline.reset();
      for (const character of line) inline.read(character);
    }
    const border = borderBefore({ line, kind }, block);
    if (border === 0 || !lineHasInk || (goesOn && lineIsInside)) return undefined;
    safe = {
      at: lineAt,
      block,
      line: '',
      fence: kind === 'code' ? block.fence : undefined,
      table: kind === 'row' ? block.table : undefined,
    };
    return lineFullness >= fullEnough[border] ? cut(safe) : undefined;
  };
  /** Another backtick in it makes the line prose; the info string matters to the fence as far as it is repeated. */
  const readOpening = (symbol: string): void => {
    if (symbol === '`' && opening !== undefined) kind = lineKind(line, block) ?? kind;
    if (line.length < maxOpeningLengthChars) opening = openedFence(line.trimEnd(), block.items);
  };
  const endLine = (): void => {
    const whole = line.endsWith('\n') ? line : `${line}\n`;
    const found = continued ? kind : lineKind(whole, block);
    block =
      continued && found === 'item'
        ? afterRestOfItem(block)
        : blockAfter(whole, found ?? 'text', block);
    if (found === 'delimiter') headerAt = undefined;
    line = '';
    kind = undefined;
    continued = false;
    beginLine();
  };

  /** Reads a code point or a mark; what a cut leaves behind comes back, to be read again. */
  const read = (symbol: string, mark: boolean): readonly Token[] | undefined => {
    const inCode = openFence() !== undefined;
    const space = !mark && isSpace(symbol);
    spaces = space && !inCode ? spaces + 1 : 0;
    if (spaces > maxSpaces) return undefined;
    if (line === '' && !continued) beginLine();
    if (mark) places.readMark();
    else {
      const place = places.before(symbol, { code: inCode });
      if (place.possible && hasInk && (line !== '' || continued) && !mayClose()) {
        possible = hereInLine();
        const fillsPart = continued || !lineHasInk;
        if (place.good && canBeCut(kind, fillsPart) && !inline.isOpen()) {
          safe = possible;
          if (fullness() >= (place.fullEnough ?? Number.POSITIVE_INFINITY))
            return [...cut(safe), { text: symbol, mark }];
        }
      }
      if (kind !== 'code') inline.read(symbol);
    }
    body += symbol;
    if (mark) marks.push({ at: body.length - symbol.length, end: body.length });
    const size = mark ? measure(symbol) : sizeOf(symbol);
    allSize += size;
    if (!mark) textSize += size;
    lineSize += size;
    hasInk ||= !space || closingSize() > 0;
    if (line.length < maxLineLengthChars) line += symbol;
    if (kind === undefined) {
      const found = lineKind(line, block);
      const rest = found === undefined ? undefined : decide(found);
      if (rest !== undefined) return rest;
    }
    if (kind === 'opening') readOpening(symbol);
    if (symbol === '\n') endLine();
    return isTooLarge() ? cutWhereItMust(symbol) : undefined;
  };
  const cutWhereItMust = (symbol: string): readonly Token[] | undefined => {
    const place = safe ?? possible;
    if (place !== undefined) return cut(place);
    const at = body.length - symbol.length;
    // One character that no message can hold, or white space before any word.
    return at === 0 || !hasInk ? undefined : cut({ ...hereInLine(), at });
  };

  const readAll = (first: Token): void => {
    const tokens = [first];
    for (let token = tokens.pop(); token !== undefined; token = tokens.pop()) {
      const { text, mark } = token;
      for (let at = 0; at < text.length; ) {
        const symbol = mark ? text : String.fromCodePoint(text.codePointAt(at) ?? 0);
        at += symbol.length;
        const rest = read(symbol, mark);
        if (rest === undefined) continue;
        tokens.push({ text: text.slice(at), mark: false }, ...rest.toReversed());
        break;
      }
    }
  };

  return {
    append: (text) => readAll({ text, mark: false }),
    appendMark: (text) => readAll({ text, mark: true }),
    sealed: () => sealed,
    open() {
      const decided = kind === undefined || kind === 'opening' ? lineAt : body.length;
      const shown = body.slice(0, Math.min(decided, headerAt ?? decided));
      const after = kind === 'opening' ? '' : closingBehind(shown);
      return { before, body: shown, after, fixedChars: Math.min(safe?.at ?? 0, shown.length) };
    },
    end() {
      const fence = openFence();
      const isClosed =
        fence !== undefined && !continued && closesFence(line, { fence, whole: true });
      return { before, body, after: isClosed ? '' : closingBehind(body) };
    },
  };
};
