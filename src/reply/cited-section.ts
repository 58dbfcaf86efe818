/** Which part of a passage a sentence rests on, so that its footnote leads there and not to the passage's beginning. */
import { LRUCache } from 'lru-cache';
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

const wordsOfSections = ({ sections = [], text }: ScoredChunk): readonly ReadonlySet<string>[] =>
  sections.map(({ start }, index) => wordsOf(text.slice(start, sections[index + 1]?.start)));

/** Cutting a passage into words costs 0.5 ms: the draft and the final cite the same ones, and so do the answers of a day. At most some MB. */
const knownWords = new LRUCache<string, ReadonlySet<string>>({ max: 500 });

const wordsOf = (section: string): ReadonlySet<string> => {
  const known = knownWords.get(section) ?? new Set(tokenize(section));
  knownWords.set(section, known);
  return known;
};
