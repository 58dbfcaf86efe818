/** Cuts a text into pieces that the model reads whole: it looks at the first 128 of its tokens and at nothing behind them. */

/** 128 tokens are about 560 characters of English; tables and code take more of them. */
const windowLengthChars = 450;
/** What lies beyond 3,600 characters is not looked at: chunks are shorter, and a question's point comes sooner. */
const maxWindows = 8;

/** At blanks where there are any. At least one window, none blank, for a text that is not blank. */
export const cutWindows = (text: string): string[] => {
  const windows: string[] = [];
  let rest = text.trim();
  while (rest !== '' && windows.length < maxWindows) {
    const end = endOfWindow(rest);
    windows.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return windows;
};

const endOfWindow = (text: string): number => {
  if (text.length <= windowLengthChars) return text.length;
  const lastBlank = text.slice(0, windowLengthChars + 1).search(/\s\S*$/);
  return lastBlank > 0 ? lastBlank : windowLengthChars;
};
