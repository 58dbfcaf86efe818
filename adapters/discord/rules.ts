/** Applies the rules of a community's server: who may ask, what, and how often. */
import type { FoundPlace } from './places.ts';

/** `blocked` and `told_to_wait` (who asks too fast, and read so before) are said to nobody who only wrote a message. */
export type Verdict =
  | 'allowed'
  | 'blocked'
  | 'asking_not_allowed'
  | 'asking_too_fast'
  | 'told_to_wait';

export interface Asking {
  readonly place: FoundPlace;
  readonly user: string;
  /** Of the person, in the server. */
  readonly roles: readonly string[];
  readonly text: string;
  /** Names the question: asked again for the same one, the verdict is the same. */
  readonly id: string;
  /** Nobody put it to us, so nobody reads a refusal either. */
  readonly unprompted?: boolean;
  readonly atMs: number;
}

export interface Rules {
  /** The time of the last question is kept in this process's memory alone, for the last 10,000 people and places. */
  judge(asking: Asking): Verdict;
  /** Whether the person is not answered there at all. */
  blocks(place: FoundPlace, user: string): boolean;
  /** Whether the words may be asked there, whoever asks. */
  allowsText(place: FoundPlace, text: string): boolean;
}

const maxEntries = 10_000;

interface LastAsked {
  readonly id: string;
  readonly atMs: number;
  /** The question that was too fast, and whose author reads so. */
  toldBy?: string;
}

const blocks: Rules['blocks'] = ({ rules }, user) => rules.blockedPeople.includes(user);

export const createRules = (): Rules => {
  const lastAsked = new Map<string, LastAsked>();

  /** Before or after: messages that are found late come out of order. */
  const coolDown = ({ place, user, id, atMs, unprompted = false }: Asking): Verdict => {
    const { coolDownMs } = place.rules;
    if (coolDownMs === 0) return 'allowed';
    const key = `${place.name} ${user}`;
    const last = lastAsked.get(key);
    if (last?.id === id) return 'allowed';
    if (last !== undefined && Math.abs(atMs - last.atMs) < coolDownMs) {
      if (!unprompted) last.toldBy ??= id;
      return unprompted || last.toldBy === id ? 'asking_too_fast' : 'told_to_wait';
    }
    lastAsked.delete(key);
    lastAsked.set(key, { id, atMs });
    const oldest = lastAsked.keys().next();
    if (lastAsked.size > maxEntries && !oldest.done) lastAsked.delete(oldest.value);
    return 'allowed';
  };

  return {
    judge(asking) {
      const { place, user, roles, text } = asking;
      const { rules } = place;
      if (blocks(place, user)) return 'blocked';
      const hasRole = rules.roles.length === 0 || rules.roles.some((role) => roles.includes(role));
      if (!hasRole || hasBlockedWord(text, rules.blockedWords)) return 'asking_not_allowed';
      return coolDown(asking);
    },
    blocks,
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

/** Without case (by way of capitals: `ß` is `ss`), a blank between words and at both ends, nothing else. */
const fold = (text: string): string =>
  ` ${text
    .normalize('NFKC')
    .toUpperCase()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim()} `;
