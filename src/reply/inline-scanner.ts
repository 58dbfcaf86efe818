/** Follows prose to tell where a link or a code span may be open, so that no cut goes through one. */

export interface InlineScanner {
  /** The next character of the prose. */
  read(character: string): void;
  /** A new paragraph begins: nothing is open. */
  reset(): void;
  /** Whether what came is, or may become, a part of a link or a code span that has not ended. */
  isOpen(): boolean;
}

/** Above this length an opened code span is none. */
const maxCodeLengthChars = 1_000;

/** `[text](target)`, nested brackets in both, and code spans of any number of backticks. A backslash takes the next character's power. */
export const createInlineScanner = (): InlineScanner => {
  let escaped = false;
  /** Backticks that just came one after another. */
  let ticks = 0;
  /** Of the open code span. */
  let codeTicks = 0;
  let codeLength = 0;
  /** Open brackets of a link's text; -1 right behind the last one. */
  let brackets = 0;
  /** Open parentheses of a link's target. */
  let parentheses = 0;

  const endTicks = (): void => {
    if (ticks === 0) return;
    if (codeTicks === 0) {
      codeTicks = ticks;
      codeLength = 0;
    } else if (ticks === codeTicks) codeTicks = 0;
    ticks = 0;
  };
  const readLink = (character: string): void => {
    if (parentheses > 0) {
      if (character === '(') parentheses += 1;
      else if (character === ')') parentheses -= 1;
      return;
    }
    if (brackets === -1) {
      brackets = 0;
      if (character === '(') parentheses = 1;
    }
    if (character === '[') brackets += 1;
    else if (character === ']' && brackets > 0) brackets = brackets === 1 ? -1 : brackets - 1;
  };

  return {
    read(character) {
      if (character === '`' && !(escaped && codeTicks === 0)) {
        ticks += 1;
        escaped = false;
        return;
      }
      endTicks();
      if (codeTicks > 0) {
        codeLength += 1;
        if (codeLength > maxCodeLengthChars) codeTicks = 0;
        return;
      }
      if (!escaped) readLink(character);
      else if (brackets === -1) brackets = 0;
      escaped = character === '\\' && !escaped;
    },
    reset() {
      escaped = false;
      ticks = 0;
      codeTicks = 0;
      brackets = 0;
      parentheses = 0;
    },
    isOpen: () => ticks > 0 || codeTicks > 0 || brackets !== 0 || parentheses > 0,
  };
};
