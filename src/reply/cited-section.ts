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
  const words = new Set(tokenize(sentence));
  let best: CitedSection = { text, place, ...(url !== undefined && { url }) };
  let most = 0;
  for (const [index, { start, ...where }] of sections.entries()) {
    const section = text.slice(start, sections[index + 1]?.start);
    const shared = [...new Set(tokenize(section))].filter((word) => words.has(word)).length;
    if (shared > most) {
      best = { ...where, text: section };
      most = shared;
    }
  }
  return best;
};
