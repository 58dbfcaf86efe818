/** Divides a block that is too long for one chunk into blocks of the same kind, each of them whole Markdown. */
import type { Block } from './markdown-blocks.ts';
import { type ChunkLimit, isTooLong, packPieces, splitText } from './split-text.ts';

/**
 * A table is cut between rows, with its header repeated; code between lines, with its fence closed and opened again; a list between items; anything else between
 * sentences. Only a row, line or item that is too long alone is cut inside, as text. The block itself when it fits.
 */
export const splitBlock = (block: Block, limit: ChunkLimit): readonly Block[] => {
  if (!isTooLong(block.text, limit)) return [block];
  let line = block.place.line;
  return partsOf(block, limit)
    .filter((part) => part.text.trim() !== '')
    .map((part) => {
      const place = { ...block.place, line };
      line += part.lines;
      return { kind: block.kind, text: part.text.replace(/^\n+|\s+$/g, ''), place };
    });
};

interface Part {
  readonly text: string;
  /** How many lines of the source it covers. */
  readonly lines: number;
}

const partsOf = (block: Block, limit: ChunkLimit): readonly Part[] => {
  const lines = block.text.split('\n');
  if (block.kind === 'table')
    return wrapped({ head: lines.slice(0, 2), body: lines.slice(2), foot: [] }, limit);
  const fence = /^\s*(`{3,}|~{3,})/.exec(lines[0] ?? '')?.[1];
  if (block.kind === 'code' && fence !== undefined) {
    const closed = lines.length > 1 && (lines.at(-1) ?? '').trim().startsWith(fence);
    const body = lines.slice(1, closed ? -1 : undefined);
    return wrapped({ head: lines.slice(0, 1), body, foot: [fence] }, limit);
  }
  const pieces = block.items?.map((item) => `${item}\n`) ?? [block.text];
  return packPieces(
    pieces.flatMap((piece) => splitText(piece, limit)),
    limit,
  ).map((text) => ({ text, lines: countLineBreaks(text) }));
};

/** Every part gets the head and the foot, which count towards the limit (a head that fills more than half of it is not repeated). */
const wrapped = (
  block: {
    readonly head: readonly string[];
    readonly body: readonly string[];
    readonly foot: readonly string[];
  },
  limit: ChunkLimit,
): readonly Part[] => {
  const half = { ...limit, maxTokens: Math.floor(limit.maxTokens / 2) };
  const frame = `${[...block.head, ...block.foot].join('\n')}\n`;
  if (isTooLong(frame, half)) {
    const all = [...block.head, ...block.body, ...block.foot].join('\n');
    return splitText(all, limit).map((text) => ({ text, lines: countLineBreaks(text) }));
  }
  const room = { ...limit, maxTokens: limit.maxTokens - limit.countTokens(frame) };
  const rows = block.body.flatMap((row) => splitText(`${row}\n`, room));
  return packPieces(rows, room).map((body, index) => ({
    text: [...block.head, body.replace(/\n$/, ''), ...block.foot].join('\n'),
    lines: countLineBreaks(body) + (index === 0 ? block.head.length : 0),
  }));
};

const countLineBreaks = (text: string): number => text.split('\n').length - 1;
