/** Keeps foreign links and images out of answers: a document may talk the model into a link that leads elsewhere or carries data away. */
import { createCodeScanner } from '../domain/scan-code.ts';

/** What stands in the place of a link that no source has. */
export const linkRemoved = '(link removed)';

export interface LinkFilter {
  /** What is decided by now. Held back is only what may still become a link or code, so that no reader ever sees half a foreign one. */
  push(text: string): string;
  end(): string;
}

/** A text with the links that its author may pass on. */
export interface LinkSource {
  readonly text: string;
  readonly url?: string;
}

/**
 * Where something clickable may begin, in any of the forms that our platforms know: `](target)`, `https://…`, `www.…`, `mailto:…`, another scheme's `//`
 * or a `//host`, and `<scheme:…>`.
 */
const start = /\]\(|(?<![a-z0-9])(?:https?:\/\/|www\.|mailto:)|\/\/|<[a-z][a-z0-9+.-]{1,31}:/gi;
const startBegun =
  /(?:\]|(?<![a-z0-9])(?:h(?:t(?:t(?:ps?(?::\/?)?)?)?)?|ww?w?|m(?:a(?:i(?:l(?:to?)?)?)?)?)|\/|<(?:[a-z][a-z0-9+.-]{0,31})?)$/i;
/** Ends an address that stands in prose. */
const addressEnd = /[\s<>[\]"`|，。；：！？、）】」』]/g;
const addressInText =
  /(?:[a-z][a-z0-9+.-]{1,31}:\/\/|\bwww\.|\bmailto:)[^\s<>[\]"`|，。；：！？、）】」』]+/gi;
const maxTargetLengthChars = 1_024;
const maxAddressLengthChars = 2_048;

interface Decision {
  /** How many characters are dealt with. */
  readonly length: number;
  readonly output: string;
  /** The address goes on, without end in sight: the rest of it is dropped as it comes. */
  readonly dropRest?: boolean;
}

/** Every address in the sources: their own links, and those in their text. */
export const linksOf = (sources: Iterable<LinkSource>): ReadonlySet<string> => {
  const links = new Set<string>();
  for (const { text, url } of sources) {
    if (url !== undefined) links.add(sameAddress(url));
    for (const [address] of text.matchAll(addressInText)) {
      const same = sameAddress(trimAddress(address));
      links.add(same);
      links.add(same.replace(/^[a-z0-9+.-]+:(?=\/\/)/i, ''));
    }
    for (const [, target = ''] of text.matchAll(/\]\(\s{0,9}<?([^\s<>()]+)/g))
      links.add(sameAddress(target));
  }
  return links;
};

/** The whole text without links that are not allowed; code stays byte for byte. Linear. */
export const safeLinks = (markdown: string, allowed: ReadonlySet<string>): string => {
  const filter = createLinkFilter(allowed);
  return filter.push(markdown) + filter.end();
};

/** The same for a text that is still arriving: however it is cut, the outputs joined are what `safeLinks` makes of the whole. */
export const createLinkFilter = (allowed: ReadonlySet<string>): LinkFilter => {
  const scanner = createCodeScanner();
  const prose = createProseFilter(allowed);
  const filter = (pieces: ReturnType<typeof scanner.push>): string =>
    pieces.map(({ code, text }) => (code ? prose.end() + text : prose.push(text))).join('');
  return {
    push: (text) => filter(scanner.push(text)),
    end: () => filter(scanner.end()) + prose.end(),
  };
};

const createProseFilter = (allowed: ReadonlySet<string>): LinkFilter => {
  /** What is not decided yet, after `known` characters that are out already and only tell what stands before. */
  let text = '';
  let known = 0;
  let dropping = false;

  const drain = (ended: boolean): string => {
    let output = '';
    let at = known;
    while (at < text.length) {
      if (dropping) {
        at = endOfAddress(text, at) ?? text.length;
        dropping = at === text.length;
        continue;
      }
      start.lastIndex = at;
      const match = start.exec(text);
      // `<www.` may still become `<www.https:`, so what began earlier is waited for.
      const begun = ended ? text.length : begunAt(text, at);
      const end = Math.min(match?.index ?? begun, begun);
      output += text.slice(at, end);
      at = end;
      if (match?.index !== at) break;
      const decision = decide(text, { match: match[0], at, ended, allowed });
      if (decision === undefined) break;
      output += decision.output;
      at += decision.length;
      dropping = decision.dropRest === true;
    }
    text = text.slice(Math.max(0, at - 1));
    known = Math.min(1, at);
    return output;
  };

  return {
    push(piece) {
      text += piece;
      return drain(false);
    },
    end() {
      const output = drain(true);
      text = '';
      known = 0;
      dropping = false;
      return output;
    },
  };
};

const begunAt = (text: string, from: number): number => {
  const tailStart = Math.max(from, text.length - 40);
  const begun = startBegun.exec(text.slice(tailStart));
  return begun === null ? text.length : tailStart + begun.index;
};

interface Place {
  readonly match: string;
  readonly at: number;
  readonly ended: boolean;
  readonly allowed: ReadonlySet<string>;
}

const decide = (text: string, place: Place): Decision | undefined =>
  place.match === '](' ? decideTarget(text, place) : decideAddress(text, place);

/** `](target "title")`: kept when the target is allowed, else broken up so that no renderer makes a link of it. */
const decideTarget = (text: string, { at, ended, allowed }: Place): Decision | undefined => {
  const from = at + 2;
  const until = Math.min(text.length, from + maxTargetLengthChars);
  let depth = 1;
  for (let end = from; end < until; end += 1) {
    const character = text[end];
    if (character === '\n') return { length: 2, output: '] (' };
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth > 0) continue;
    const target = text.slice(from, end).trim().split(/\s/)[0]?.replace(/^<|>$/g, '') ?? '';
    const length = end + 1 - at;
    return allowed.has(sameAddress(target))
      ? { length, output: text.slice(at, end + 1) }
      : { length, output: `] ${linkRemoved}` };
  }
  return ended || until < text.length ? { length: 2, output: '] (' } : undefined;
};

const decideAddress = (
  text: string,
  { match, at, ended, allowed }: Place,
): Decision | undefined => {
  const angled = match.startsWith('<');
  const from = angled ? at + 1 : at;
  const found = endOfAddress(text, from);
  const end = found ?? text.length;
  if (end - from > maxAddressLengthChars)
    return { length: end - at, output: linkRemoved, dropRest: found === undefined };
  if (found === undefined && !ended) return undefined;
  const address = trimAddress(text.slice(from, end));
  if (match === '//' && text[at - 1] !== ':' && !/^\/\/[\w-]+(?:\.[\w-]+)+/.test(address))
    return { length: 2, output: '//' };
  const length = from - at + address.length;
  if (length <= match.length || allowed.has(sameAddress(address)))
    return { length, output: text.slice(at, at + length) };
  const closed = angled && text[from + address.length] === '>';
  return { length: length + (closed ? 1 : 0), output: linkRemoved };
};

const endOfAddress = (text: string, from: number): number | undefined => {
  addressEnd.lastIndex = from;
  return addressEnd.exec(text)?.index;
};

/** Without the punctuation of the sentence around it; a bracket stays if it was opened inside. */
const trimAddress = (address: string): string => {
  let end = address.length;
  let open = 0;
  for (const character of address) open += character === '(' ? 1 : character === ')' ? -1 : 0;
  for (; end > 0; end -= 1) {
    const last = address[end - 1] ?? '';
    if (last === ')' && open < 0) open += 1;
    else if (!/[.,;:!?'*_~\]}]/.test(last)) break;
  }
  return address.slice(0, end);
};

const sameAddress = (address: string): string => address.replace(/\/$/, '');
