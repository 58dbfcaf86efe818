/** Finds the passages' best match for a question and what speaks for and against it. */
import { cosine } from '../../chat/cosine.ts';
import type { Chunk } from '../../domain/chunk.ts';
import { tokenize } from '../../domain/tokens.ts';
import type { Vector } from '../../ports/embedder.ts';
import { coverageOf, hasWord, type QuestionWord, questionWords } from './question-words.ts';
import { type Quotable, splitPassage } from './split-passage.ts';

/** Vectors of texts, undefined where there is none. */
export type Embed = (texts: readonly string[]) => Promise<readonly Vector[]>;

export interface Candidate extends Quotable {
  /** Which of the passages it is from. */
  readonly passage: number;
  readonly position: number;
  /** Share of the question's words that it or a heading above it has, 0 to 1. */
  readonly coverage: number;
  readonly score: number;
}

export interface Evidence {
  /** Best first; empty when the passages hold nothing that can be quoted. */
  readonly candidates: readonly Candidate[];
  /** Of the candidate that has most of the question's words: which share of them, 0 to 1. */
  readonly coverage: number;
  /** Mean, over the words that this candidate lacks, of how much nearer the question comes to it without the word: about -0.1 to 0.1. 0 when it lacks none, or without vectors. */
  readonly drift: number;
  /** Whether a name in the question stands nowhere in the passage of the best candidate. */
  readonly missesName: boolean;
}

/** At most so many are compared by meaning, those with most of the question's words: about 15 ms each with the local embedder. */
const maxCompared = 40;
/** What a full coverage is worth against a cosine of 1. */
const coverageWeight = 0.3;
/** What standing in the first passage is worth; retrieval ranked them. */
const rankWeight = 0.05;

export const weighEvidence = async (
  question: string,
  { chunks, embed }: { readonly chunks: readonly Chunk[]; readonly embed: Embed },
): Promise<Evidence> => {
  const words = questionWords(question);
  const found = chunks
    .flatMap((chunk, passage) =>
      splitPassage(chunk)
        .filter(isStatement)
        .map((quotable, position) => {
          const { share: coverage, lacking } = coverageOf(words, quotable.gist);
          return { ...quotable, passage, position, coverage, lacking };
        }),
    )
    .sort((a, b) => b.coverage - a.coverage || a.passage - b.passage)
    .slice(0, maxCompared);
  const [asked, ...vectors] = await embed([question, ...found.map(({ gist }) => gist)]);
  const candidates = found
    .map((one, at) => ({
      ...one,
      score:
        (cosine(asked, vectors[at]) ?? 0) +
        coverageWeight * one.coverage +
        rankWeight / (1 + one.passage),
      vector: vectors[at],
    }))
    .sort((a, b) => b.score - a.score);
  const [best] = candidates;
  if (best === undefined) return { candidates, coverage: 0, drift: 0, missesName: false };

  const closest = candidates.reduce((a, b) => (b.coverage > a.coverage ? b : a));
  const { lacking } = closest;
  return {
    candidates,
    coverage: closest.coverage,
    missesName: missesName(words, chunks[best.passage]),
    drift: await driftOf({ question, lacking, asked, found: closest.vector }, embed),
  };
};

/** What ends in a colon announces something and says nothing. */
const isStatement = ({ text }: Quotable): boolean => !/[:：]\s*$/.test(text);

const missesName = (words: readonly QuestionWord[], chunk: Chunk | undefined): boolean => {
  if (chunk === undefined) return false;
  const terms = new Set(
    tokenize([chunk.documentTitle, ...chunk.place.titlePath, chunk.text].join('\n')),
  );
  return words.some((word) => word.isName && !hasWord(terms, word));
};

const driftOf = async (
  match: {
    readonly question: string;
    readonly lacking: readonly QuestionWord[];
    readonly asked: Vector;
    readonly found: Vector;
  },
  embed: Embed,
): Promise<number> => {
  const { question, lacking, asked, found } = match;
  const nearness = cosine(asked, found);
  if (nearness === undefined || lacking.length === 0) return 0;
  const shortened = await embed(
    lacking.map(({ written }) => question.replace(written, ' ').replace(/\s+/g, ' ')),
  );
  const gains = shortened.map((vector) => (cosine(vector, found) ?? nearness) - nearness);
  return gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
};
