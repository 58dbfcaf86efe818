/** Leaves of a text what its subject is: the model averages over everything it reads, table bars and function words too. */
import { stopWords } from '../../domain/stop-words.ts';

/** Lower case, without punctuation, Markdown signs and stop words, in order; the text itself when nothing is left. */
export const contentWords = (text: string): string => {
  const words = text.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}'.-]*/gu) ?? [];
  return words.filter((word) => !stopWords.has(word)).join(' ') || text;
};
