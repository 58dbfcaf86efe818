/** Reads plain text files. */
import type { Parser } from '../../ports/parser.ts';
import { decodeText } from './decode-text.ts';

export const textParser: Parser = {
  extensions: ['.txt', '.text'],
  parse: async (bytes) => ({ format: 'plain', text: decodeText(bytes) }),
};
