/** Makes a thread fit: what was written last matters most. */
import type { CountTokens } from '../ports/count-tokens.ts';
import { cutToTokens } from './cut-to-tokens.ts';

/** A message that is longer is cut to its beginning, so that one long paste does not stand for the whole thread. */
const maxMessageTokens = 500;
/** More characters than so many tokens ever have; counting costs no more than this. */
const charsPerToken = 16;

/** The newest of the texts, in their order, whole but for the longest ones; blank ones are left out. Counts each text that is looked at. */
export const keepNewest = (
  texts: readonly string[],
  { maxTokens, countTokens }: { readonly maxTokens: number; readonly countTokens: CountTokens },
): readonly string[] => {
  const kept: string[] = [];
  let left = maxTokens;
  for (const text of texts.filter((one) => one.trim() !== '').toReversed()) {
    const short = cut(text.trim(), countTokens);
    left -= countTokens(short);
    if (left < 0) break;
    kept.unshift(short);
  }
  return kept;
};

const cut = (text: string, countTokens: CountTokens): string => {
  const counted = text.slice(0, maxMessageTokens * charsPerToken);
  if (counted.length === text.length && countTokens(text) <= maxMessageTokens) return text;
  return `${cutToTokens(counted, { maxTokens: maxMessageTokens - 1, countTokens })}…`;
};
