/**
 * Checks examples/handbook-questions.yaml against examples/handbook/ and prints how many answerable
 * questions share few words with their answer. Run: npx tsx tools/check-questions.ts
 */
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stemmer } from 'stemmer';
import { parse } from 'yaml';

const ANSWERABLE = 60;
const UNANSWERABLE = 20;
const PARAPHRASE_LIMIT = 0.3;

const STOP_WORDS = new Set(
  `a about above after again all also although am an and any anyone anything are as at be because
  been before being below between both but by can cannot could did do does doing down due during
  each else even ever every few for from further had has have having he help her here hers herself
  him himself his how i if in into is it its itself just like may me might mine more most much
  must my myself no nor not now of off often on once one only or other others our ours ourselves
  out over own per same shall she should since so some somebody someone something somewhere still
  such than that the their theirs them themselves then there these they this those though through
  to too under until up us very was we were what when where whether which while who whom whose why
  will with within without would yes yet you your yours yourself couldn didn doesn don hadn hasn
  haven isn mustn needn shouldn wasn weren won wouldn d ll m re s t ve`
    .trim()
    .split(/\s+/),
);

/** Words of letters and digits; Chinese characters count one by one, as nothing separates them. */
function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/\p{Script=Han}|[^\P{L}\p{Script=Han}]+|\p{N}+/gu) ?? [];
}

function contentStems(text: string): Set<string> {
  return new Set(
    wordsOf(text)
      .filter((word) => !STOP_WORDS.has(word))
      .map((word) => stemmer(word)),
  );
}

/** The part of the question's content words, after stemming, that occurs in the sentence: 0 to 1. */
export function contentWordShare(question: string, sentence: string): number {
  const asked = contentStems(question);
  if (asked.size === 0) return 0;
  const answered = contentStems(sentence);
  return [...asked].filter((stem) => answered.has(stem)).length / asked.size;
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

interface Entry {
  readonly id: string;
  readonly question: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function entriesOf(file: unknown, key: string, problems: string[]): Entry[] {
  const list = isRecord(file) ? file[key] : undefined;
  if (!Array.isArray(list)) {
    problems.push(`${key}: is not a list`);
    return [];
  }
  return list.flatMap((item: unknown, index): Entry[] => {
    if (
      isRecord(item) &&
      typeof item['id'] === 'string' &&
      typeof item['question'] === 'string' &&
      item['question'].trim() !== ''
    ) {
      return [{ id: item['id'], question: item['question'], fields: item }];
    }
    problems.push(`${key}[${index}]: needs id and question`);
    return [];
  });
}

function readPages(folder: string): Map<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .sort();
  return new Map(
    paths.map((path) => [
      path.split(sep).join('/'),
      oneLine(readFileSync(join(folder, path), 'utf8')),
    ]),
  );
}

function checkAnswer(entry: Entry, pages: ReadonlyMap<string, string>): string | undefined {
  const { page, sentence } = entry.fields;
  if (typeof page !== 'string' || typeof sentence !== 'string') return 'needs page and sentence';
  const text = pages.get(page);
  if (text === undefined) return `no page ${page}`;
  const wanted = oneLine(sentence);
  if (wanted === '') return 'the sentence is empty';
  const found = text.split(wanted).length - 1;
  if (found !== 1) return `the sentence occurs ${found} times in ${page}`;
  const elsewhere = [...pages].filter(([path, other]) => path !== page && other.includes(wanted));
  if (elsewhere.length > 0) return `the sentence also occurs in ${elsewhere[0]?.[0]}`;
  return undefined;
}

/** Whether the word or hyphenated word occurs as a whole, in any case. */
function occurs(word: string, text: string): boolean {
  const literal = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, 'iu').test(text);
}

function checkWords(entry: Entry, handbook: string): string | undefined {
  const { words } = entry.fields;
  if (!Array.isArray(words) || words.length === 0) return 'needs words';
  for (const word of words.map(String)) {
    if (!occurs(word, entry.question)) return `"${word}" is not in the question`;
    if (!occurs(word, handbook)) return `"${word}" is not in the handbook`;
  }
  return undefined;
}

function histogram(shares: readonly number[]): string {
  const rows = Array.from({ length: 10 }, (_, bin) => {
    const count = shares.filter((share) => Math.max(0, Math.ceil(share * 10) - 1) === bin).length;
    const range = `${String(bin * 10).padStart(3)}–${String(bin * 10 + 10).padEnd(3)} %`;
    return `  ${range} ${String(count).padStart(3)} ${'#'.repeat(count)}\n`;
  });
  return rows.join('');
}

function main(examples: string, verbose: boolean): number {
  const write = (text: string) => process.stdout.write(text);
  const problems: string[] = [];
  const pages = readPages(join(examples, 'handbook'));
  const file: unknown = parse(readFileSync(join(examples, 'handbook-questions.yaml'), 'utf8'));
  const answerable = entriesOf(file, 'answerable', problems);
  const unanswerable = entriesOf(file, 'unanswerable', problems);

  if (answerable.length !== ANSWERABLE) {
    problems.push(`answerable: ${answerable.length} questions instead of ${ANSWERABLE}`);
  }
  if (unanswerable.length !== UNANSWERABLE) {
    problems.push(`unanswerable: ${unanswerable.length} questions instead of ${UNANSWERABLE}`);
  }
  const ids = [...answerable, ...unanswerable].map((entry) => entry.id);
  for (const id of new Set(ids.filter((id, index) => ids.indexOf(id) !== index))) {
    problems.push(`${id}: the id is used twice`);
  }

  const shares: number[] = [];
  for (const entry of answerable) {
    const problem = checkAnswer(entry, pages);
    if (problem !== undefined) problems.push(`${entry.id}: ${problem}`);
    const share = contentWordShare(entry.question, String(entry.fields['sentence']));
    shares.push(share);
    if (verbose) write(`${entry.id} ${share.toFixed(2)} ${entry.question}\n`);
  }
  const handbook = [...pages.values()].join('\n');
  for (const entry of unanswerable) {
    const problem = checkWords(entry, handbook);
    if (problem !== undefined) problems.push(`${entry.id}: ${problem}`);
  }

  const paraphrased = shares.filter((share) => share <= PARAPHRASE_LIMIT).length;
  const asked = new Set(answerable.map((entry) => entry.fields['page'])).size;
  write(`${pages.size} pages, ${asked} of them asked about\n`);
  write(`${answerable.length} answerable and ${unanswerable.length} unanswerable questions\n`);
  write(`share of the question's content words in the answering sentence:\n${histogram(shares)}`);
  write(`at most 30 %: ${paraphrased} of ${shares.length}\n`);
  if (paraphrased * 2 < shares.length) problems.push('fewer than half are at most 30 %');
  for (const problem of problems) write(`error: ${problem}\n`);
  return problems.length === 0 ? 0 : 1;
}

const script = process.argv[1];
if (script !== undefined && realpathSync(script) === fileURLToPath(import.meta.url)) {
  const examples = fileURLToPath(new URL('../examples', import.meta.url));
  process.exitCode = main(examples, process.argv.includes('--verbose'));
}
