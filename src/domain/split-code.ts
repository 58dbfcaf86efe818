/** Tells code from prose in Markdown, so that citations and links are only ever touched in prose. */

export interface MarkdownSpan {
  readonly text: string;
  /** A fenced block with its fences, or an inline code span with its backticks. */
  readonly code: boolean;
}

/** A line that opens a fence: up to three spaces, three or more backticks or tildes. Group 1 is the fence, group 2 the info string, without backticks after backticks. */
export const fenceOpening = /^ {0,3}(`{3,}(?=[^`\n]*$)|~{3,})([^\n]*)$/;

/** Whether the line closes the fence: at least as many of the same character, nothing behind. */
export const closesFence = (line: string, fence: string): boolean => {
  const text = line.trim();
  return text.length >= fence.length && text === (fence[0] ?? '').repeat(text.length);
};

/** A code span ends in its paragraph, and is looked for over at most 1,000 characters, which keeps the search linear. */
const inlineCode = /(?<!`)(`+)(?!`)(?:(?!\n[ \t]*\n)[\s\S]){0,1000}?(?<!`)\1(?!`)/g;

/** The spans in order; joined they are the text. A fence that is still open is code to the end. Linear in the text. */
export const splitCode = (markdown: string): readonly MarkdownSpan[] => {
  const spans: MarkdownSpan[] = [];
  let fence: string | undefined;
  let buffer = '';
  const flush = (code: boolean): void => {
    if (buffer !== '') spans.push(...(code ? [{ text: buffer, code }] : splitInline(buffer)));
    buffer = '';
  };
  for (const line of markdown.split(/(?<=\n)/)) {
    if (fence === undefined) {
      fence = fenceOpening.exec(line.trimEnd())?.[1];
      if (fence !== undefined) flush(false);
      buffer += line;
    } else {
      buffer += line;
      if (closesFence(line, fence)) {
        flush(true);
        fence = undefined;
      }
    }
  }
  flush(fence !== undefined);
  return spans;
};

const splitInline = (prose: string): MarkdownSpan[] => {
  const spans: MarkdownSpan[] = [];
  let end = 0;
  for (const match of prose.matchAll(inlineCode)) {
    if (match.index > end) spans.push({ text: prose.slice(end, match.index), code: false });
    spans.push({ text: match[0], code: true });
    end = match.index + match[0].length;
  }
  if (end < prose.length) spans.push({ text: prose.slice(end), code: false });
  return spans;
};

/** Applies the function to the prose; code stays byte for byte. */
export const mapProse = (markdown: string, change: (prose: string) => string): string =>
  splitCode(markdown)
    .map((span) => (span.code ? span.text : change(span.text)))
    .join('');
