/** Cuts a text to a number of tokens. */
import type { CountTokens } from '../ports/count-tokens.ts';

/** The longest beginning within the limit, never half a character. Counts about 17 times for 100,000 characters. */
export const cutToTokens = (
  text: string,
  { maxTokens, countTokens }: { readonly maxTokens: number; readonly countTokens: CountTokens },
): string => {
  let fits = 0;
  let tooLong = text.length + 1;
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (countTokens(text.slice(0, middle)) <= maxTokens) fits = middle;
    else tooLong = middle;
  }
  return text
    .slice(0, fits)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trimEnd();
};
