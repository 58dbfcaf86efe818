/** Cuts a long Markdown text into slices that are parsed one by one, because a parser's tree of 20 MB would not fit into the memory. */

export interface MarkdownSlice {
  readonly text: string;
  /** 1-based line where it begins. */
  readonly line: number;
  /** One endless paragraph, table or code block that no person wrote: not to be parsed. */
  readonly oversized: boolean;
}

/** In UTF-16 units. The parser takes about 5 µs a character, but some texts cost the square of their length. */
const sliceLengthChars = 32_768;

/** Any indentation: the fences inside list items count too. The words behind backticks hold no backtick. */
const fence = /^\s*(`{3,}(?=[^`]*$)|~{3,})/;

/** Slices end at blank lines outside code fences, so that no block is cut, and cover the whole text. Linear in the text. */
export const sliceMarkdown = (text: string): readonly MarkdownSlice[] => {
  const slices: MarkdownSlice[] = [];
  let stretches: Stretch[] = [];
  let lengthChars = 0;
  const flush = (): void => {
    const [first] = stretches;
    if (first !== undefined)
      slices.push({
        text: stretches.map((stretch) => stretch.text).join('\n'),
        line: first.line,
        oversized: first.text.length > sliceLengthChars,
      });
    stretches = [];
    lengthChars = 0;
  };
  for (const stretch of stretchesOf(text)) {
    if (lengthChars + stretch.text.length > sliceLengthChars) flush();
    stretches.push(stretch);
    lengthChars += stretch.text.length;
  }
  flush();
  return slices;
};

/** Lines up to and including the next blank line outside a code fence. */
interface Stretch {
  readonly text: string;
  readonly line: number;
}

function* stretchesOf(text: string): Generator<Stretch> {
  let lines: string[] = [];
  let line = 1;
  let opening = '';
  for (const [index, content] of text.split('\n').entries()) {
    lines.push(content);
    if (opening === '') opening = fence.exec(content)?.[1] ?? '';
    else if (closes(content, opening)) opening = '';
    if (opening === '' && content.trim() === '') {
      yield { text: lines.join('\n'), line };
      lines = [];
      line = index + 2;
    }
  }
  if (lines.length > 0) yield { text: lines.join('\n'), line };
}

/** A closing fence has the opening one's sign, at least its length, and nothing behind it. */
const closes = (line: string, opening: string): boolean => {
  const trimmed = line.trim();
  return trimmed.startsWith(opening) && /^(`+|~+)$/.test(trimmed);
};
