/** One message of an answer that takes several, and how large each may be. */

export interface MessageSize {
  /** Size of a text as the platform counts it. Adds up over pieces cut between code points; linear. */
  readonly measure: (markdown: string) => number;
  /** At least 200, so that white space and what a cut adds find room. */
  readonly maxPart: number;
}

/** Joined, the bodies of all parts are the text, white space at the cuts included: it stands at the end of the earlier part. */
export interface MessagePart {
  /** The line that opens the fence again, or the table's header; with newlines. */
  readonly before: string;
  readonly body: string;
  /** Closes the fence: behind a cut inside a line `\n`, the fence and a space, behind a whole line the fence alone. */
  readonly after: string;
}

/** Sizes as the platform counts them. */
export interface PartLimit {
  /** Without the marks of footnotes, which may come at the end only and must not move a cut. */
  readonly text: number;
  /** In all. */
  readonly all: number;
}

/** Stands under the last message of an answer whose rest is in the file. */
export const goesOnLine = '_The answer goes on in answer.md, attached below._';

/** Between the answer, its sources and that line. */
export const blankLine = '\n\n';

/** The rest is for what the final adds: marks and sources. */
const draftShare = 0.85;
/** Of that, in the last of all messages, so that its sources find room however long the answer is. */
const lastShare = 0.5;

/** The same for drafts and the final, so that no text moves between messages when the answer is done. The part behind the last message is the file. */
export const limitOfPart = (
  { measure, maxPart, maxParts }: MessageSize & { readonly maxParts: number },
  index: number,
): PartLimit => {
  if (index >= maxParts) return { text: Number.POSITIVE_INFINITY, all: Number.POSITIVE_INFINITY };
  const text = maxPart * draftShare;
  return index < maxParts - 1
    ? { text, all: maxPart - measure(blankLine) }
    : { text: text * lastShare, all: maxPart - measure(blankLine + goesOnLine) };
};

export const textOfPart = ({ before, body, after }: MessagePart): string => before + body + after;
