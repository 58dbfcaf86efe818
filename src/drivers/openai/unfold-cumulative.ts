/** Turns the texts of a stream into deltas, also for servers that repeat everything each time or at the end. */

export interface CumulativeUnfolder {
  /** What is new in the piece; may be empty. */
  push(piece: string): string;
  end(): string;
}

/** A piece that begins with this much or more of earlier text repeats it; below, it may be chance (`1`, then `10`). */
const certainLengthChars = 16;

/**
 * A piece that starts with all earlier text is cumulative, as in RAGFlow; while there is little earlier text it is held back until the next piece shows
 * whether it goes on like that. Linear in the pieces.
 */
export const createCumulativeUnfolder = (): CumulativeUnfolder => {
  let seen = '';
  let suspected = '';

  const append = (text: string): string => {
    seen += text;
    return text;
  };
  const replaceBy = (all: string): string => {
    const fresh = all.slice(seen.length);
    seen = all;
    return fresh;
  };

  return {
    push(piece) {
      if (suspected !== '') {
        const before = suspected;
        suspected = '';
        return piece.startsWith(before) ? replaceBy(piece) : append(before + piece);
      }
      if (seen === '' || piece.length < seen.length || !piece.startsWith(seen))
        return append(piece);
      if (seen.length >= certainLengthChars) return replaceBy(piece);
      suspected = piece;
      return '';
    },
    end() {
      const last = suspected;
      suspected = '';
      return last === '' ? '' : replaceBy(last);
    },
  };
};
