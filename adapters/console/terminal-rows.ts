/** How many rows a text takes on a terminal, so that it can be taken back. */
import { stripVTControlCharacters } from 'node:util';

const joining = /\p{M}|[\u200b-\u200d]/u;
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

/** At least 1; a text that ends with a line break has the cursor on a row below. @param columns The terminal's width. */
export const countRows = (text: string, columns: number): number =>
  stripVTControlCharacters(text)
    .split('\n')
    .reduce((rows, line) => rows + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);

const widthOf = (line: string): number => {
  let width = 0;
  for (const char of line) width += joining.test(char) ? 0 : wide.test(char) ? 2 : 1;
  return width;
};
