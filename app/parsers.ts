/** The file formats that are read, in knowledge and beside questions alike. */
import { markdownParser } from '../src/drivers/parsers/markdown-parser.ts';
import { textParser } from '../src/drivers/parsers/text-parser.ts';
import type { Parser } from '../src/ports/parser.ts';

export const parsers: readonly Parser[] = [markdownParser, textParser];
