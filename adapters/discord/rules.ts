/** Applies the rules of a community's server: who may ask, what, and how often. */
import type { FoundPlace } from './places.ts';

/** `blocked` and `told_to_wait` (who asks too fast, and need not read so, or read so before) are said to nobody who only wrote a message. */
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
  /** Nobody put it to us, so nobody reads a refusal either. No question waits for it, but it waits for them and for others of its kind. */
  readonly unprompted?: boolean;
  /** It is no question that could be answered. No question waits for it; its author reads so once in a cool-down. */
  readonly unanswerable?: boolean;
  readonly atMs: number;
}

export interface Rules {
  /** The time of the last question is kept in this process's memory alone, for the last 10,000 people and places. */
  judge(asking: Asking): Verdict;
  /** How long the person, told to wait, has to, from the time of what they asked on; 0 when they need not. */
  waitMs(asking: Pick<Asking, 'place' | 'user' | 'atMs'>): number;
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

const keyOf = ({ place, user }: Pick<Asking, 'place' | 'user'>): string => `${place.name} ${user}`;

export const createRules = (): Rules => {
  const lastAsked = new Map<string, LastAsked>();

  /** Before or after: messages that are found late come out of order. */
  const leftMs = (key: string, { place, atMs }: Pick<Asking, 'place' | 'atMs'>): number => {
    const last = lastAsked.get(key);
    return last === undefined
      ? 0
      : Math.max(0, place.rules.coolDownMs - Math.abs(atMs - last.atMs));
  };

  const remember = (key: string, { id, atMs }: Pick<Asking, 'id' | 'atMs'>): Verdict => {
    lastAsked.delete(key);
    lastAsked.set(key, { id, atMs });
    const oldest = lastAsked.keys().next();
    if (lastAsked.size > maxEntries && !oldest.done) lastAsked.delete(oldest.value);
    return 'allowed';
  };

  const coolDown = (asking: Asking): Verdict => {
    const { place, id, unprompted = false, unanswerable = false } = asking;
    if (place.rules.coolDownMs === 0) return 'allowed';
    const questions = keyOf(asking);
    const kind = unprompted ? ' overheard' : unanswerable ? ' unanswerable' : '';
    const key = `${questions}${kind}`;
    const last = lastAsked.get(key);
    if (last?.id === id) return 'allowed';
    if (unprompted && leftMs(questions, asking) > 0) return 'told_to_wait';
    if (last === undefined || leftMs(key, asking) === 0) return remember(key, asking);
    if (unprompted || unanswerable) return 'told_to_wait';
    last.toldBy ??= id;
    return last.toldBy === id ? 'asking_too_fast' : 'told_to_wait';
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
    waitMs: (asking) => leftMs(keyOf(asking), asking),
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
