/** Cuts questions and passages into the same search terms, so that words find words across spelling, case and script. */
import { stemmer } from 'stemmer';
import { irregularForms } from './irregular-forms.ts';
import { stopWords } from './stop-words.ts';

/** A term longer than this is cut: no word is, and blobs of base64 would fill the index. In UTF-16 units. */
const maxTermLengthChars = 64;

/** Scripts that put no spaces between words, and Hangul, whose particles stick to the words. */
const unspaced =
  '[\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\u30FC\\p{sc=Hangul}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}]';
/** The segmenter's time grows with the square of its input (measured on Node 20: 1 s at 20,000 characters), so longer runs are cut. In characters. */
const maxRunLengthChars = 200;
const letter = `(?:(?!${unspaced})[\\p{L}\\p{N}\\p{M}])`;
/** Group 1: a run of unspaced script. Otherwise a word or an identifier: words joined by `.`, `_` or `-`, perhaps with the tail of `C++` or `C#`. */
const run = new RegExp(
  `(${unspaced}{1,${maxRunLengthChars}})|${letter}+(?:[._-]+${letter}+)*(?:\\+\\+|#(?![\\p{L}\\p{N}]))?`,
  'gu',
);
const camelBorder = /(?<=\p{Ll}|\d)(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;
const numberWithUnit = /^(\d+)(\p{L}+)$/u;

const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });

/**
 * The search terms of a question, in order, with repeats.
 *
 * English words are stemmed (Porter). An identifier gives itself and its parts: `deploy_k8s` gives `deploy_k8s`, `deploy`, `k8s`. Scripts without spaces give
 * words and pairs of characters. Stop words are left out unless nothing else is there. Empty for a text without letters and digits. Linear in the text.
 */
export const tokenize = (text: string): string[] => termsOf(text, { everyPair: false });

/**
 * The search terms of a passage: those of its titles twice, as RAGFlow weighs them, then those of its text. The titles are the document's and the
 * headings above the passage; a heading that repeats the document's title counts once. Holds every pair of characters of a script without spaces, so that
 * a question finds it however its own words are cut.
 */
export const tokenizeChunk = (chunk: {
  readonly documentTitle: string;
  readonly titlePath: readonly string[];
  readonly text: string;
}): string[] => {
  const titles = new Set([chunk.documentTitle, ...chunk.titlePath]);
  const titleTerms = termsOf([...titles].join('\n'), { everyPair: true });
  return [...titleTerms, ...titleTerms, ...termsOf(chunk.text, { everyPair: true })];
};

/** What most of a text is written in; text without letters (numbers, codes) counts as Latin. */
export type Script = 'latin' | 'cjk' | 'other';

/**
 * The script of a text. Another script than Latin wins with 30 % of the letters, because product names and code stay Latin in any language.
 * `cjk` is Chinese, Japanese and Korean.
 */
export const scriptOf = (text: string): Script => {
  const letters = count(text, /\p{L}/gu);
  const latin = count(text, /\p{sc=Latin}/gu);
  if (letters === 0 || letters - latin < 0.3 * letters) return 'latin';
  const cjk = count(text, /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/gu);
  return cjk * 2 >= letters - latin ? 'cjk' : 'other';
};

const count = (text: string, pattern: RegExp): number => {
  let found = 0;
  for (const _ of text.matchAll(pattern)) found += 1;
  return found;
};

const termsOf = (text: string, options: { readonly everyPair: boolean }): string[] => {
  const words: string[] = [];
  for (const match of normalise(text).matchAll(run)) {
    const unspacedRun = match[1];
    if (unspacedRun === undefined) pushIdentifier(words, match[0]);
    else pushUnspaced(words, unspacedRun, options);
  }
  const telling = words.filter((word) => !stopWords.has(word));
  return (telling.length > 0 ? telling : words).map(stem);
};

/** Compatibility forms unified, endings of contractions and thousands separators taken out. Case is kept: it shows where the words of `camelCase` begin. */
const normalise = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/['’](?:s|t|re|ll|ve|d|m)(?![\p{L}\p{N}])/giu, '')
    .replace(/(?<=\d),(?=\d{3}(?!\d))/g, '');

/** Most words of most texts: they have no parts and no accents. */
const plainWord = /^[A-Za-z][a-z]*$/;

const pushIdentifier = (words: string[], identifier: string): void => {
  if (plainWord.test(identifier)) {
    words.push(identifier.slice(0, maxTermLengthChars).toLowerCase());
    return;
  }
  const parts = identifier
    .split(/[._+#-]+/)
    .filter((part) => part !== '')
    .flatMap((part) => part.split(camelBorder))
    .flatMap((part) => numberWithUnit.exec(part)?.slice(1) ?? part);
  words.push(fold(identifier));
  if (parts.length === 1 && parts[0] === identifier) return;
  for (const part of parts) words.push(fold(part));
};

/** Lower case, without accents where the letters are Latin. */
const fold = (word: string): string => {
  const lower = word.slice(0, maxTermLengthChars).toLowerCase();
  return /^[ -~]*$/.test(lower) || !/\p{sc=Latin}/u.test(lower)
    ? lower
    : lower.normalize('NFD').replace(/\p{M}/gu, '').normalize('NFC');
};

/**
 * Words first, so that neighbours stay neighbours, then pairs of characters that are no word: every pair, or only those that another way of cutting would
 * have made a word (inside longer words and between single characters).
 */
const pushUnspaced = (
  words: string[],
  text: string,
  options: { readonly everyPair: boolean },
): void => {
  const pairs: string[] = [];
  let previous = '';
  for (const { segment } of segmenter.segment(text)) {
    words.push(segment.slice(0, maxTermLengthChars));
    const characters = [...segment];
    const border = (previous.at(-1) ?? '') + (characters[0] ?? '');
    if (previous !== '' && (options.everyPair || (previous.length === 1 && segment.length === 1)))
      pairs.push(border);
    if (characters.length > 2)
      for (let at = 1; at < characters.length; at += 1)
        pairs.push(`${characters[at - 1]}${characters[at]}`);
    previous = segment;
  }
  for (const pair of pairs) words.push(pair);
};

const stem = (word: string): string => {
  const base = irregularForms.get(word) ?? word;
  return /^[a-z]{3,}$/.test(base) ? stemmer(base) : base;
};
