/** What is behind a cut is read again for the next message: the text, with its marks still whole. */

/** A mark of a footnote in a text, in UTF-16 units. */
export interface MarkRange {
  readonly at: number;
  readonly end: number;
}

export interface Token {
  readonly text: string;
  /** A mark of a footnote, to be read as one. */
  readonly mark: boolean;
}

/** What stands from there on, in order; `at` is inside no mark. */
export const tokensFrom = (part: {
  readonly body: string;
  readonly marks: readonly MarkRange[];
  readonly at: number;
}): readonly Token[] => {
  const { body, marks, at } = part;
  const tokens: Token[] = [];
  let from = at;
  for (const mark of marks.filter((one) => one.at >= at)) {
    tokens.push({ text: body.slice(from, mark.at), mark: false });
    tokens.push({ text: body.slice(mark.at, mark.end), mark: true });
    from = mark.end;
  }
  return [...tokens, { text: body.slice(from), mark: false }];
};

/** The measure, asked once for each text: for code points, of which an answer has few different ones. */
export const rememberSizes = (
  measure: (markdown: string) => number,
): ((symbol: string) => number) => {
  const sizes = new Map<string, number>();
  return (symbol) => {
    const known = sizes.get(symbol);
    if (known !== undefined) return known;
    const size = measure(symbol);
    sizes.set(symbol, size);
    return size;
  };
};
