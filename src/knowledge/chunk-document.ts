/** Cuts a document into the chunks that are searched, shown and cited. */
import type { ChunkPlace, ChunkSection } from '../domain/chunk.ts';
import type { ParsedDocument } from '../ports/parser.ts';
import { type Block, markdownBlocks } from './markdown-blocks.ts';
import { splitBlock } from './split-block.ts';
import type { ChunkLimit } from './split-text.ts';

/** Part of every document's fingerprint: raise it when the rules here change, and everything is cut anew. */
export const chunkerVersion = 2;

export interface ChunkDraft {
  /** Never blank; at most `maxTokens`, not counting headings right above what fills them. */
  readonly text: string;
  readonly place: ChunkPlace;
  /** At least one. */
  readonly sections: readonly ChunkSection[];
}

/** RAGFlow's default. Figures for others: `bench/retrieval.ts`; 256 finds one question in ten less among six chunks. */
export const defaultMaxTokens = 512;

export interface ChunkedDocument {
  /** The first heading, or the file's name. */
  readonly title: string;
  /** In the document's order; empty for a blank text. */
  readonly chunks: readonly ChunkDraft[];
}

/**
 * Merges the blocks of a document, in order, until the next would exceed `maxTokens`. A heading stays with what follows it. Blocks that are too long alone are divided
 * where it hurts least, never inside a table row or a code fence. A chunk's place is that of its first block, less the headings that do not stand above all of it.
 */
export const chunkDocument = (
  document: ParsedDocument & { readonly path: string },
  limit: ChunkLimit,
): ChunkedDocument => {
  const blocks =
    document.format === 'markdown' ? markdownBlocks(document.text) : paragraphs(document.text);
  const heading = blocks.find((block) => block.kind === 'heading' && block.place.anchor !== '');
  return {
    title: heading?.place.titlePath.at(-1) ?? fileName(document.path),
    chunks: mergeBlocks(
      blocks.flatMap((block) => splitBlock(block, limit)),
      limit,
    ),
  };
};

const fileName = (path: string): string => path.split('/').at(-1) ?? path;

const mergeBlocks = (
  blocks: readonly Block[],
  { countTokens, maxTokens }: ChunkLimit,
): readonly ChunkDraft[] => {
  const chunks: ChunkDraft[] = [];
  let current: Block[] = [];
  let tokens = 0;
  const flush = (): void => {
    const [first] = current;
    if (first === undefined) return;
    // Headings at the end belong to what comes next, unless there is nothing else.
    const end = current.findLastIndex(isBody) + 1;
    const kept = end === 0 ? current : current.slice(0, end);
    const titlePath = commonStart(kept.map((block) => block.place.titlePath));
    const text = kept.map((block) => block.text).join(blockGap);
    chunks.push({ text, place: { ...first.place, titlePath }, sections: sectionsOf(kept) });
    current = end === 0 ? [] : current.slice(end);
    tokens = sum(current.map((block) => countTokens(block.text)));
  };
  for (const block of blocks) {
    const blockTokens = countTokens(block.text) + 1;
    const isFull = tokens + blockTokens > maxTokens;
    if (isFull && (tokens > maxTokens || current.some(isBody))) flush();
    current.push(block);
    tokens += blockTokens;
  }
  while (current.length > 0) flush();
  return chunks;
};

const blockGap = '\n\n';

/** A section begins where the nearest heading changes. */
const sectionsOf = (blocks: readonly Block[]): readonly ChunkSection[] => {
  const sections: ChunkSection[] = [];
  let start = 0;
  for (const { text, place } of blocks) {
    if (sections.at(-1)?.place.anchor !== place.anchor) sections.push({ start, place });
    start += text.length + blockGap.length;
  }
  return sections;
};

const isBody = (block: Block): boolean => block.kind !== 'heading';

const commonStart = (paths: readonly (readonly string[])[]): readonly string[] => {
  const [first = [], ...others] = paths;
  const end = first.findIndex((title, depth) => others.some((path) => path[depth] !== title));
  return end === -1 ? first : first.slice(0, end);
};

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** A plain text's paragraphs: what blank lines divide. */
const paragraphs = (text: string): readonly Block[] => {
  const blocks: Block[] = [];
  let lines: string[] = [];
  let start = 1;
  for (const [index, line] of [...text.split('\n'), ''].entries()) {
    if (line.trim() !== '') {
      if (lines.length === 0) start = index + 1;
      lines.push(line);
    } else if (lines.length > 0) {
      const place = { titlePath: [], anchor: '', line: start };
      blocks.push({ kind: 'text', text: lines.join('\n'), place });
      lines = [];
    }
  }
  return blocks;
};
