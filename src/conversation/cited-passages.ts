/** The passages that an answer cites, as its footnotes number them. */
import type { Turn } from '../domain/turn.ts';
import { type Footnote, numberCitations } from '../reply/number-citations.ts';

/** A passage with the number, title and link of its footnote. */
export type CitedPassage = Footnote;

/** In the order of the numbers. Empty for a turn without an answer, and for an answer that cites nothing. */
export const citedPassages = (turn: Pick<Turn, 'answer' | 'reference'>): readonly CitedPassage[] =>
  turn.answer === undefined || turn.reference === undefined
    ? []
    : numberCitations(turn.answer.text, turn.reference).footnotes;
