/** Applies the rules of a community's server: who may ask, what, and how often. */
import type { FoundPlace } from './places.ts';

/** `ignored`: nothing is said. */
export type Verdict = 'allowed' | 'ignored' | 'asking_not_allowed' | 'asking_too_fast';

export interface Asking {
  readonly place: FoundPlace;
  readonly user: string;
  /** Of the person, in the server. */
  readonly roles: readonly string[];
  readonly text: string;
  /** Names the question: asked again for the same one, the verdict does not count it twice. */
  readonly id: string;
  readonly atMs: number;
}

export interface Rules {
  /**
   * `ignored` for who is blocked, and for who asks too fast and was told so. The time of the last question is kept in this process's memory alone, for the
   * last 10,000 people and places.
   */
  judge(asking: Asking): Verdict;
  /** Whether the words may be asked there, whoever asks. */
  allowsText(place: FoundPlace, text: string): boolean;
}

const maxEntries = 10_000;

export const createRules = (): Rules => {
  const lastAsked = new Map<
    string,
    { readonly id: string; readonly atMs: number; told: boolean }
  >();

  /** Before or after: messages that are found late come out of order. */
  const coolDown = ({ place, user, id, atMs }: Asking): Verdict => {
    const { coolDownMs } = place.rules;
    if (coolDownMs === 0) return 'allowed';
    const key = `${place.name} ${user}`;
    const last = lastAsked.get(key);
    if (last?.id === id) return 'allowed';
    if (last !== undefined && Math.abs(atMs - last.atMs) < coolDownMs) {
      if (last.told) return 'ignored';
      last.told = true;
      return 'asking_too_fast';
    }
    lastAsked.delete(key);
    lastAsked.set(key, { id, atMs, told: false });
    const oldest = lastAsked.keys().next();
    if (lastAsked.size > maxEntries && !oldest.done) lastAsked.delete(oldest.value);
    return 'allowed';
  };

  return {
    judge(asking) {
      const { place, user, roles, text } = asking;
      const { rules } = place;
      if (rules.blockedPeople.includes(user)) return 'ignored';
      const hasRole = rules.roles.length === 0 || rules.roles.some((role) => roles.includes(role));
      if (!hasRole || hasBlockedWord(text, rules.blockedWords)) return 'asking_not_allowed';
      return coolDown(asking);
    },
    allowsText: ({ rules }, text) => !hasBlockedWord(text, rules.blockedWords),
  };
};

/** Whole words, whatever their case; where a script has no blanks between words, anywhere. */
const hasBlockedWord = (text: string, words: readonly string[]): boolean => {
  if (words.length === 0) return false;
  const written = fold(text);
  return words.map(fold).some((word) => {
    const bare = word.trim();
    return bare !== '' && written.includes(withoutBlanks.test(bare) ? bare : word);
  });
};

const withoutBlanks =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;

/** Lower case, a blank between words and at both ends, nothing else. */
const fold = (text: string): string =>
  ` ${text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim()} `;
