/** Decides without a model whether a question leans on what was said before, so that one that stands alone costs no extra call. */
import { tokenize } from '../domain/tokens.ts';

/** A question of this many words carries its own context. */
const selfContainedWords = 60;

/** Words that a question in English can hardly do without and that other languages rarely have; without one these rules can't judge. */
const english =
  /\b(?:the|of|is|are|does|did|can|could|should|would|which|who|when|where|how|why|what|my|our|i|we|you|for|with|from)\b/i;

/** A beginning that takes up the thread. */
const takesUp =
  /^(?:and|but|or|so|then|also|plus|ok|okay|well|what about|how about|how come|what else|anything else|why not|really)\b/i;

/** Words that point at something said before; `this year` and `is there` don't. */
const pointsBack =
  /\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|those|these|that|ones|former|latter|instead|either|neither|both|above|previous|previously|earlier|again|same|such)\b|\bthis\b(?! (?:week|month|quarter|year|morning|afternoon|evening)\b)|(?<!\b(?:is|are|was|were|be) )\bthere\b/i;

/** Nouns and verbs that mean something only with an `of what`, and words about the answer itself. */
const relational: ReadonlySet<string> = new Set(
  (
    'amount answer approve case clarify cost date deadline detail differ difference elaborate example exception explain happen kind length ' +
    'limit long longer many maximum mean means minimum name number order part people price process reason repeat rule shorter shorten ' +
    'simpler source step summarise summarize summary sure tell thing time translate type way work'
  )
    .split(' ')
    .flatMap(tokenize),
);

/**
 * Whether the last question is first to be rewritten with the help of the conversation.
 *
 * A question stands alone when it is English, begins anew, points at nothing said before, and has at least two telling words, not all of them relational
 * (“the limit”, “explain more”). When in doubt it is rewritten: that costs a short call, a lost topic costs the answer.
 */
export const needsRefining = (question: string): boolean => {
  const words = question.match(/[\p{L}\p{N}]+/gu) ?? [];
  if (words.length >= selfContainedWords) return false;
  const text = question.trim();
  if (!english.test(text) || takesUp.test(text) || pointsBack.test(text)) return true;
  const telling = new Set(tokenize(text));
  return telling.size < 2 || [...telling].every((term) => relational.has(term));
};
