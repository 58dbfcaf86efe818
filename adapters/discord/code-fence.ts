/** A block of code as Discord knows it: three backticks, and no three of them inside. */
import { zeroWidthSpace } from './neutralise.ts';

export interface CodeFence {
  readonly sign: '`' | '~';
  readonly length: number;
  /** Inside a block quote, which ends with the first line that has no `>`. */
  readonly isQuoted: boolean;
}

/** Groups 1 quote and list marks, 2 the fence, 3 the info string, which holds no backtick behind backticks, 4 the newline. */
const opening =
  /^([ \t]*(?:(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t]))[ \t]*)*)(`{3,}(?!`)(?![^\n]*`)|~{3,})([^\n]*)(\n?)$/;
/** Discord knows a language by these alone, with nothing behind it: what else stands there it shows as the first line of the code. */
const language = /^[ \t]*([\w+.#-]+)(?=[ \t]|$)/;
const threeBackticks = '```';

/** The fence that a whole line opens, and the line as Discord takes it; undefined when it opens none. */
export const openedFence = (
  line: string,
): { readonly fence: CodeFence; readonly line: string } | undefined => {
  const [, prefix, mark, info = '', newline = ''] = opening.exec(line) ?? [];
  if (prefix === undefined || mark === undefined) return undefined;
  const sign = mark.startsWith('`') ? '`' : '~';
  return {
    fence: { sign, length: mark.length, isQuoted: prefix.includes('>') },
    line: prefix + threeBackticks + (language.exec(info)?.[1] ?? '') + newline,
  };
};

/** The line that closes the fence, as Discord takes it; undefined when the whole line closes nothing. */
export const closedFence = (line: string, { sign, length }: CodeFence): string | undefined => {
  const [, before = '', mark = '', after = ''] = /^([ \t>]*)([`~]+)([ \t]*\n?)$/.exec(line) ?? [];
  const closes = mark.length >= length && mark === sign.repeat(mark.length);
  return closes ? before + threeBackticks + after : undefined;
};

/** Whether a line that begins so may still close the fence. */
export const mayClose = (begun: string, { sign }: CodeFence): boolean => {
  const [, mark] = /^[ \t>]*([`~]*)[ \t]*$/.exec(begun) ?? [];
  return mark !== undefined && mark === sign.repeat(mark.length);
};

/** Whether a line that begins so stands outside of the fence's quote. */
export const leavesQuote = (begun: string, { isQuoted }: CodeFence): boolean =>
  isQuoted && /^[ \t]*(?:[^\s>]|\n)/.test(begun);

/**
 * What stands inside a block, with every run of three backticks broken.
 *
 * @param ticks How many backticks stand right before the text, at most 2.
 */
export const brokenRuns = (
  text: string,
  ticks: number,
): { readonly text: string; readonly ticks: number } => {
  const broken = ('`'.repeat(ticks) + text).replace(/``(?=`)/g, `\`\`${zeroWidthSpace}`);
  return { text: broken.slice(ticks), ticks: /`{0,2}$/.exec(broken)?.[0].length ?? 0 };
};
