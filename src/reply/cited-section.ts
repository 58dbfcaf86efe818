/** Which part of a passage a sentence rests on, so that its footnote leads there and not to the passage's beginning. */
import type { ChunkPlace } from '../domain/chunk.ts';
import type { ScoredChunk } from '../domain/reference.ts';
import { tokenize } from '../domain/tokens.ts';

export interface CitedSection {
  /** The passage's part, as written. */
  readonly text: string;
  readonly place: ChunkPlace;
  readonly url?: string;
}

/** The section that shares most words with the sentence, the first of equals; the whole passage when it is one. Linear in both. */
export const citedSection = (chunk: ScoredChunk, sentence: string): CitedSection => {
  const { sections = [], text, place, url } = chunk;
  const whole: CitedSection = { text, place, ...(url !== undefined && { url }) };
  if (sections.length === 0) return whole;
  const words = tokenize(sentence);
  let best = whole;
  let most = 0;
  for (const [index, said] of wordsOfSections(chunk).entries()) {
    const section = sections[index];
    if (section === undefined) continue;
    const shared = new Set(words.filter((word) => said.has(word))).size;
    if (shared > most) {
      const { start, ...where } = section;
      best = { ...where, text: text.slice(start, sections[index + 1]?.start) };
      most = shared;
    }
  }
  return best;
};

/** Of the passages of running answers: each is cited again with every draft, and cutting it into words costs 0.5 ms. */
const knownWords = new WeakMap<ScoredChunk, readonly ReadonlySet<string>[]>();

const wordsOfSections = (chunk: ScoredChunk): readonly ReadonlySet<string>[] => {
  const { sections = [], text } = chunk;
  const known = knownWords.get(chunk);
  if (known !== undefined) return known;
  const words = sections.map(
    ({ start }, index) => new Set(tokenize(text.slice(start, sections[index + 1]?.start))),
  );
  knownWords.set(chunk, words);
  return words;
};
