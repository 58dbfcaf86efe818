/** Tells, one code point after another, where what a person sees as one character ends. */

export interface GraphemeBorders {
  /** Whether a character ends before this code point; called once for each, in order. */
  isBorderBefore(codePoint: string): boolean;
}

/** Nobody writes longer ones; from here on every code point counts as a character, which keeps this linear. */
const maxGraphemeLengthChars = 64;
/** Latin, kana, Han, Hangul syllables and their punctuation: each is a character of its own, unless something that joins stands before it. */
const plain =
  /^[\x20-\x7e\u3001-\u3029\u3041-\u3096\u30a1-\u30fa\u3400-\u9fff\uac00-\ud7a3\uff01-\uff60]$/;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** As Unicode's extended grapheme clusters: emoji with joiners and skin tones, combining marks, flags. A border depends on nothing behind the code point. */
export const createGraphemeBorders = (): GraphemeBorders => {
  let open = '';
  return {
    isBorderBefore(codePoint) {
      const isBorder =
        open === '' ||
        open.length > maxGraphemeLengthChars ||
        (plain.test(codePoint) && plain.test(open)) ||
        countOf(open + codePoint) > 1;
      open = isBorder ? codePoint : open + codePoint;
      return isBorder;
    },
  };
};

const countOf = (text: string): number => {
  let count = 0;
  for (const _ of graphemes.segment(text)) count += 1;
  return count;
};
