/** Closes half-open Markdown at the end of a text that is still growing. */
import remend from 'remend';

/**
 * The last paragraph with its half-open emphasis and code closed, and a half-written link as its text. The first `fixedChars` stay as they are.
 *
 * @see https://www.npmjs.com/package/remend
 */
export const closeMarkdown = (text: string, fixedChars: number): string => {
  const paragraphAt = Math.max(0, text.lastIndexOf('\n\n'));
  const closed = text.slice(0, paragraphAt) + close(text.slice(paragraphAt));
  const fixed = text.slice(0, fixedChars);
  return closed.startsWith(fixed) ? closed : fixed + close(text.slice(fixedChars));
};

const close = (text: string): string =>
  remend(text, {
    linkMode: 'text-only',
    katex: false,
    inlineKatex: false,
    htmlTags: false,
    setextHeadings: false,
    comparisonOperators: false,
    singleTilde: false,
  });
