/** Cuts Markdown into messages at paragraphs, list items, table rows or code lines; nothing is lost. */
import { closesFence, fenceOpening } from '../domain/split-code.ts';

export interface MessageSize {
  /** Size of a text as the platform counts it. */
  readonly measure: (markdown: string) => number;
  readonly maxPart: number;
}

/** A line, and what has to stand before and after it when a message begins or ends here. */
interface Line {
  readonly text: string;
  /** Repeated at the top when a part begins with this line: the opened fence, or the table's header. */
  readonly before: string;
  /** Added when a part ends before this line: the closing fence. */
  readonly after: string;
  /** How good a cut before this line is: 3 paragraph, 2 list item or row, 1 line, 0 inside a line. */
  readonly border: 0 | 1 | 2 | 3;
}

/**
 * Each part is at most `maxPart` by `measure`. A fence that is cut is closed and opened again, a table's header is repeated. Online: more text at the
 * end never moves an earlier cut. Linear in the text, given a linear measure that is at most additive.
 */
export const splitMessage = (markdown: string, size: MessageSize): readonly string[] => {
  const parts: string[] = [];
  let current: Line[] = [];
  let currentSize = 0;
  const sizeOf = (lines: readonly Line[]) =>
    lines.reduce((sum, line) => sum + size.measure(line.text), 0);
  for (const line of readLines(markdown, size)) {
    const lineSize = size.measure(line.text);
    const closing = size.measure(line.after) + 1;
    while (current.length > 0 && currentSize + lineSize + closing > size.maxPart) {
      const cut = chooseCut(current, line);
      const rest = current.slice(cut);
      const first = rest[0] ?? line;
      parts.push(joinLines(current.slice(0, cut), first.after));
      current = first.before === '' ? rest : [asText(first.before), ...rest];
      currentSize = sizeOf(current);
    }
    current.push(line);
    currentSize += lineSize;
  }
  parts.push(joinLines(current, ''));
  return parts.filter((part) => part.trim() !== '');
};

const asText = (text: string): Line => ({ text, before: '', after: '', border: 0 });

const joinLines = (lines: readonly Line[], after: string): string => {
  const text = lines.map((line) => line.text).join('');
  return after === '' ? text.trimEnd() : `${text.trimEnd()}\n${after}`;
};

/** The best border in the second half of the part, the latest of equals; the end of the part when there is none better. */
const chooseCut = (lines: readonly Line[], next: Line): number => {
  let best = lines.length;
  let bestBorder = next.border;
  for (let index = lines.length - 1; index > lines.length / 2; index -= 1) {
    const border = lines[index]?.border ?? 0;
    if (border > bestBorder) {
      best = index;
      bestBorder = border;
    }
  }
  return best;
};

const isRow = (line: string): boolean => /^\s*\|/.test(line);
const isDelimiterRow = (line: string): boolean =>
  /^\s*\|?[\s:|-]*-[\s:|-]*$/.test(line) && line.includes('|');

function* readLines(markdown: string, size: MessageSize): Generator<Line> {
  let fence: { readonly mark: string; readonly opening: string } | undefined;
  let header = '';
  let previous = '';
  for (const text of markdown.split(/(?<=\n)/)) {
    let before = '';
    let after = '';
    let border: Line['border'] = 1;
    if (fence !== undefined) {
      before = fence.opening;
      after = fence.mark;
      if (closesFence(text, fence.mark)) fence = undefined;
    } else if (fenceOpening.test(text.trimEnd())) {
      fence = { mark: fenceOpening.exec(text.trimEnd())?.[1] ?? '```', opening: endLine(text) };
      border = 3;
    } else if (isRow(text)) {
      if (isRow(previous) && isDelimiterRow(text)) header = endLine(previous) + endLine(text);
      else if (header !== '') {
        before = header;
        border = 2;
      } else border = isRow(previous) ? 1 : 3;
      if (isDelimiterRow(text) && before === '') border = 0;
    } else {
      header = '';
      if (previous.trim() === '') border = 3;
      else if (/^\s*(?:[-*+]|\d+[.)])\s/.test(text)) border = 2;
    }
    previous = text;
    const room = size.maxPart - size.measure(before) - size.measure(after) - 2;
    for (const [index, piece] of [...breakLine(text, { ...size, maxPart: room })].entries()) {
      yield { text: piece, before, after, border: index === 0 ? border : 0 };
    }
  }
}

const endLine = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** A line that is too long for a message: cut after sentences or spaces, in the worst case between graphemes. */
function* breakLine(text: string, size: MessageSize): Generator<string> {
  if (size.measure(text) <= size.maxPart) {
    yield text;
    return;
  }
  let piece = '';
  let pieceSize = 0;
  for (const { segment } of graphemes.segment(text)) {
    const segmentSize = size.measure(segment);
    if (piece !== '' && pieceSize + segmentSize > size.maxPart) {
      const cut = lastBreak(piece);
      yield piece.slice(0, cut);
      piece = piece.slice(cut);
      pieceSize = size.measure(piece);
    }
    piece += segment;
    pieceSize += segmentSize;
  }
  if (piece !== '') yield piece;
}

/** Behind the last sentence end, else the last space, in the second half; else the whole. */
const lastBreak = (piece: string): number => {
  for (const pattern of [/[.!?。！？]\s*(?=\S)/gu, /\s+(?=\S)/gu]) {
    const ends = [...piece.matchAll(pattern)].map((match) => match.index + match[0].length);
    const last = ends.at(-1);
    if (last !== undefined && last > piece.length / 2) return last;
  }
  return piece.length;
};
