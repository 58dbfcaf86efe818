/** Reads Markdown files. */
import type { Parser } from '../../ports/parser.ts';
import { decodeText } from './decode-text.ts';

/** YAML between `---` lines at the very top: settings of a site generator, not text. */
const frontMatter = /^---[ \t]*\n(?:.*\n)*?(?:---|\.\.\.)[ \t]*(?:\n|$)/;

export const markdownParser: Parser = {
  extensions: ['.md', '.markdown'],
  parse: async (bytes) => ({ format: 'markdown', text: blankFrontMatter(decodeText(bytes)) }),
};

/** Empties the lines instead of removing them, so that line numbers stay right. */
const blankFrontMatter = (text: string): string =>
  text.replace(frontMatter, (block) => block.replaceAll(/[^\n]/g, ''));
