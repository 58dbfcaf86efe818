/** Reads what a question is about: its telling words, and which of them are names. */
import { scriptOf, tokenize } from '../../domain/tokens.ts';

export interface QuestionWord {
  /** As in the question. */
  readonly written: string;
  /** Its search terms, the whole first: `Wi-Fi` gives `wi-fi`, `wi`, `fi`. Never empty. */
  readonly terms: readonly string[];
  /** A proper name, an identifier (`KV-300`) or a year: nothing else can stand for it. */
  readonly isName: boolean;
  /** The `long` of `how long`: any number answers it. */
  readonly asksMeasure: boolean;
}

const word = /[\p{L}\p{N}][\p{L}\p{N}\p{M}'’_.-]*/gu;
const sentenceStart = /(?:^|[.!?:]\s+)["“(]?$/;
const identifier = /^(?=.*\p{L})(?=.*\d)[\p{L}\d._-]+$/u;
const year = /^(?:19|20)\d\d$/;
/** `4pm`, `30kg`, `2nd`: values, not names. */
const quantity = /^\d+\p{L}{1,3}$/u;
/** A small number is a value that an answer may put in other words. */
const smallNumber = /^\d{1,2}$/;

/** Written with a capital without being anybody's name. */
const calendarWords = new Set(
  (
    'i monday tuesday wednesday thursday friday saturday sunday ' +
    'january february march april may june july august september october november december'
  ).split(' '),
);

/** What questions are built with and answers need not repeat; stems. */
const scaffolding = new Set(
  (
    'mani much get take go although bit make happen want need us mai per still yet against ' +
    'peopl person somebodi someon anybodi anyon everybodi everyon ' +
    '几 几天 多少 要 可以 能 需要 いくら いくつ 何日'
  ).split(' '),
);

/** `How long`, `how fast`: asks for a measure, which an answer gives without the word. */
const measureAsked =
  /\bhow\s+(?:long|fast|quick|quickly|far|old|often|early|late|soon|high|low|big|large|small|wide|heavy|deep)$/i;
const measure =
  /\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|ninety|hundred|half|once|twice|never|always)\b/i;

/** Without repeats, in the question's order. Empty only when nothing in the question is a word. */
export const questionWords = (question: string): readonly QuestionWord[] => {
  const telling = new Set(tokenize(question));
  const words = new Map<string, QuestionWord>();
  for (const match of question.matchAll(word)) {
    const written = match[0].replace(/(?:['’]s)?[.'’_-]*$/, '');
    const terms = tokenize(written).filter((term) => telling.has(term));
    // Scripts without spaces come as one run: each of its terms is a word.
    const parts = scriptOf(written) === 'cjk' ? terms.map((term) => [term]) : [terms];
    const isName = parts.length === 1 && looksLikeName(written, question.slice(0, match.index));
    const asksMeasure = measureAsked.test(question.slice(0, match.index + written.length));
    for (const part of parts) {
      const [whole] = part;
      if (whole !== undefined) words.set(whole, { written, terms: part, isName, asksMeasure });
    }
  }
  const all = [...words.values()];
  const informative = all.filter(
    ({ terms: [whole = ''] }) => !scaffolding.has(whole) && !smallNumber.test(whole),
  );
  return withoutCapitals(informative.length > 0 ? informative : all);
};

/** How much of the question a text speaks of. */
export interface Coverage {
  /** Of the words that count, 0 to 1; 0 when none counts. */
  readonly share: number;
  readonly lacking: readonly QuestionWord[];
}

/** A measure that is asked for counts only where the text has none. */
export const coverageOf = (words: readonly QuestionWord[], text: string): Coverage => {
  const terms = new Set(tokenize(text));
  const counted = measure.test(text) ? words.filter(({ asksMeasure }) => !asksMeasure) : words;
  const lacking = counted.filter((word) => !hasWord(terms, word));
  const share = counted.length === 0 ? 0 : 1 - lacking.length / counted.length;
  return { share, lacking };
};

/** Whether a text has the word: itself, or all the parts that it is written with. Of `KV-300` the parts are not enough. */
export const hasWord = (terms: ReadonlySet<string>, word: QuestionWord): boolean => {
  const [whole = '', ...parts] = word.terms;
  if (terms.has(whole)) return true;
  const isIdentifier = word.isName && /\d/.test(word.written);
  return !isIdentifier && parts.length > 0 && parts.every((part) => terms.has(part));
};

const looksLikeName = (written: string, before: string): boolean => {
  if (year.test(written)) return true;
  if (identifier.test(written)) return !quantity.test(written);
  const isCapital = /^\p{Lu}/u.test(written) && !sentenceStart.test(before);
  return isCapital && !calendarWords.has(written.toLowerCase().replace(/['’].*$/, ''));
};

/** Where most words have capitals (a headline, German nouns) a capital says nothing. */
const withoutCapitals = (words: readonly QuestionWord[]): readonly QuestionWord[] =>
  words.filter(({ isName }) => isName).length * 2 <= words.length
    ? words
    : words.map((one) => ({ ...one, isName: /\d/.test(one.written) }));
