/** Reads a Markdown text as a list of blocks, each with the headings above it. */
import GithubSlugger from 'github-slugger';
import type { Nodes, RootContent } from 'mdast';
import { toString as textOf } from 'mdast-util-to-string';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import type { ChunkPlace } from '../domain/chunk.ts';
import { sliceMarkdown } from './slice-markdown.ts';

export interface Block {
  readonly kind: 'heading' | 'table' | 'code' | 'list' | 'text';
  /** As written. Never blank. */
  readonly text: string;
  /** A heading's own place includes itself. */
  readonly place: ChunkPlace;
  /** Of a list: its items as written, in order. */
  readonly items?: readonly string[];
}

/** `singleTilde` off: not GitHub's meaning of `~a~`, and its cost grows with the square of the text (12 s for 60,000 characters). */
const createParser = () => unified().use(remarkParse).use(remarkGfm, { singleTilde: false });

/** Rules and comments are left out. Linear in the text, but for pathological slices of 32,768 characters. */
export const markdownBlocks = (text: string): readonly Block[] => {
  const parser = createParser();
  const outline = createOutline();
  return sliceMarkdown(text).flatMap((slice) => {
    if (slice.text.trim() === '') return [];
    if (slice.oversized) {
      const place = outline.placeAt(slice.line);
      return [{ kind: kindOfOversized(slice.text), text: slice.text.trimEnd(), place }];
    }
    return parser
      .parse(slice.text)
      .children.flatMap((node) => blockOf(node, { ...slice, outline }));
  });
};

interface Outline {
  enter(heading: { readonly depth: number; readonly title: string }): void;
  placeAt(line: number): ChunkPlace;
}

/** The open headings of a document while it is read from top to bottom. */
const createOutline = (): Outline => {
  const slugger = new GithubSlugger();
  let open: readonly { readonly depth: number; readonly title: string; readonly anchor: string }[] =
    [];
  return {
    enter: ({ depth, title }) => {
      const above = open.filter((heading) => heading.depth < depth);
      open = [...above, { depth, title, anchor: slugger.slug(title) }];
    },
    placeAt: (line) => ({
      titlePath: open.map((heading) => heading.title).filter((title) => title !== ''),
      anchor: open.at(-1)?.anchor ?? '',
      line,
    }),
  };
};

const blockOf = (
  node: RootContent,
  slice: { readonly text: string; readonly line: number; readonly outline: Outline },
): readonly Block[] => {
  const written = sourceOf(node, slice.text);
  if (written.trim() === '' || node.type === 'thematicBreak' || isComment(node)) return [];
  if (node.type === 'heading')
    slice.outline.enter({ depth: node.depth, title: textOf(node).replaceAll(/\s+/g, ' ').trim() });
  const place = slice.outline.placeAt(slice.line + (node.position?.start.line ?? 1) - 1);
  if (node.type === 'list') {
    const items = node.children.map((item) => sourceOf(item, slice.text));
    return [{ kind: 'list', text: written, place, items }];
  }
  return [{ kind: kindOf(node), text: written, place }];
};

const kindOf = (node: RootContent): Block['kind'] => {
  if (node.type === 'heading' || node.type === 'table') return node.type;
  // A code block by indentation has no fence to repeat.
  return node.type === 'code' ? 'code' : 'text';
};

/** From the start of the node's first line, so that indentation is kept. */
const sourceOf = (node: Nodes, text: string): string => {
  if (node.position === undefined) return '';
  const { start, end } = node.position;
  return text.slice((start.offset ?? 0) - (start.column - 1), end.offset);
};

const isComment = (node: RootContent): boolean =>
  node.type === 'html' && /^<!--(?:(?!-->)[\s\S])*-->$/.test(node.value.trim());

const kindOfOversized = (text: string): Block['kind'] => {
  const [first = '', second = ''] = text.split('\n', 2);
  if (/^\s*(`{3,}|~{3,})/.test(first)) return 'code';
  return first.includes('|') && /^[\s|:-]*-[\s|:-]*$/.test(second) ? 'table' : 'text';
};
