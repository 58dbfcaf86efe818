/** The inverse of cutting an answer into messages, from what a person could copy out of the channel alone. */
import type { Fence } from '../../../src/reply/markdown-fence.ts';
import {
  afterRestOfItem,
  type Block,
  blockAfter,
  blockAtTop,
  firstBlock,
  lineKind,
} from '../../../src/reply/markdown-lines.ts';
import { goesOnLine } from '../../../src/reply/message-part.ts';
import type { FinalReply } from '../../../src/reply/render-final.ts';

/** What is open behind a text, of which messages began at these places. */
const openBehind = (
  text: string,
  tops: ReadonlySet<number>,
): { readonly fence?: Fence; readonly table?: string } => {
  let block: Block = firstBlock;
  let at = 0;
  for (const line of text.split(/(?<=\n)/)) {
    let continued = false;
    for (let place = at; place < at + Math.max(1, line.length); place += 1)
      if (tops.has(place)) {
        block = blockAtTop(block);
        continued = place > at;
      }
    at += line.length;
    const kind = lineKind(line, block);
    if (line.endsWith('\n') && continued && kind === 'item') block = afterRestOfItem(block);
    else if (line.endsWith('\n')) block = blockAfter(line, kind ?? 'text', block);
    else if (kind === 'opening') block = blockAfter(`${line}\n`, kind, block);
    else if (kind !== 'code' && kind !== 'row') return {};
  }
  return {
    ...(block.fence !== undefined && { fence: block.fence }),
    ...(block.table !== undefined && { table: block.table }),
  };
};

/** Undoes fences closed and opened again, and repeated headers. */
export const joinParts = (parts: readonly string[]): string => {
  let text = '';
  const tops = new Set<number>();
  /** The fence that was closed at the end of the part before; `lead` stands before the rest of its line. */
  let reopened: { readonly lead: string } | undefined;
  for (const [index, part] of parts.entries()) {
    const { table } = openBehind(text, tops);
    let body =
      reopened === undefined ? part : part.slice(part.indexOf('\n') + 1 + reopened.lead.length);
    if (reopened === undefined && table !== undefined && body.startsWith(table))
      body = body.slice(table.length);
    reopened = undefined;
    if (index < parts.length - 1) {
      const lineAt = body.trimEnd().lastIndexOf('\n') + 1;
      const inLine = body.endsWith(' ');
      const whole = body.slice(0, inLine ? lineAt - 1 : lineAt);
      const { fence } = openBehind(text + whole, tops);
      if (fence !== undefined && body.slice(lineAt) === fence.closing + (inLine ? ' ' : '')) {
        reopened = { lead: inLine ? fence.lead : '' };
        body = whole;
      }
    }
    text += body;
    tops.add(text.length);
  }
  return text;
};

/** The messages and the file of a reply: also takes out the line that says the answer goes on, and the sources behind it. */
export const joinReply = ({ parts, file }: Pick<FinalReply, 'parts' | 'file'>): string => {
  if (file === undefined) return joinParts(parts);
  const last = parts.at(-1) ?? '';
  const blank = /^\s*\n/.exec(file.text)?.[0] ?? '';
  return joinParts([
    ...parts.slice(0, -1),
    last.slice(0, last.lastIndexOf(`\n\n${goesOnLine}`)) + blank,
    file.text.slice(blank.length),
  ]);
};
