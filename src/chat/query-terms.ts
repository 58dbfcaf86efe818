/** Prepares a question for the search. */
import { tokenize } from '../domain/tokens.ts';

/** RAGFlow's limit: a pasted page is searched by its beginning. */
const maxTerms = 256;

/** The question's terms in order, with repeats; empty for a text without letters and digits. */
export const queryTerms = (question: string): readonly string[] =>
  tokenize(question).slice(0, maxTerms);
