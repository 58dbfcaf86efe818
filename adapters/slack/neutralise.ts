/** Takes the power out of Slack's own tokens in a text that is not ours, so that no words of a model, a document or a person ping, or hide a link. */
import { createCodeScanner } from '../../src/domain/scan-code.ts';

/** Stands for a piece of code while the prose around it is changed; no character of a text that a font has. */
const codeMark = /\uE000/g;
/** `](<https://a>`, which Markdown allows and Slack would read as a token of its own. */
const angledTarget = /\]\(<([^<>\s()]*)>/g;
const autolink = /<(https?:\/\/[^\s<>]+)>/g;
/** A link or an image that leads to a token's inside, or to a heading of the document that it was quoted from: `[x](!channel)`, `[x](#refunds)`. */
const deadLink = /(?<!\\)!?\[([^[\]\n]*)(?<!\\)\]\([^\S\n]*<?[!@#][^()\n`\uE000]*\)/g;
/** The bracket or colon of a link, or of a link's definition, that leads to no address but to what is a token's inside, where it is no whole link: `](!channel`, `]: @U1`. */
const tokenTarget = /\](?:\(|:(?=[^\S\n]))(?=[^\S\n]*<?[!@#])/g;
/** `![](https://a)` shows nothing but the image: its address stays. */
const namelessImage = /!\[\]\(([^()\s]*)\)/g;
const imageMark = /!(?=\[)/g;

/**
 * For a `markdown` block. Every token (`<!channel>`, `<@U1>`, `<!subteam^S1>`, `<https://a|b>`) begins with `<`, so every `<` becomes an entity, in
 * code too: Slack decodes it for display everywhere but in a link's target, and does not read the result again. `>` stays: alone it is a quote or
 * nothing. `&` stays: escaping it buys nothing and breaks the query of a link. Markdown's own `<https://a>` loses its brackets, an image becomes a
 * link (an image is fetched on display), and a link that leads to a token's inside becomes its label. What only may be code is prose. Never
 * longer than `escapedLengthChars` of the text.
 *
 * @see https://docs.slack.dev/messaging/formatting-message-text#escaping
 * @see https://github.com/PostHog/posthog/pull/95054 (measured on a real workspace)
 */
export const neutraliseMarkdown = (markdown: string): string => {
  const kept: string[] = [];
  const keep = (text: string): string => {
    kept.push(text);
    return '\uE000';
  };
  const scanner = createCodeScanner();
  const prose = [...scanner.push(markdown), ...scanner.end()]
    .map(({ code, text }) => (code ? keep(text) : text.replace(codeMark, keep)))
    .join('');
  return neutraliseChunk(defused(prose).replace(codeMark, () => kept.shift() ?? ''));
};

/** For a piece of a text that is streamed: each character by itself, so that pieces may be cut anywhere. Enough where `isSafeInPieces`. */
export const neutraliseChunk = (markdown: string): string => markdown.replaceAll('<', '&lt;');

/** Whether `neutraliseMarkdown` would do no more with the whole text than `neutraliseChunk` does with its pieces. */
export const isSafeInPieces = (markdown: string): boolean =>
  neutraliseMarkdown(markdown) === neutraliseChunk(markdown);

const defused = (prose: string): string =>
  prose
    .replace(deadLink, '$1')
    .replace(angledTarget, ']($1')
    .replace(autolink, '$1')
    .replace(namelessImage, '$1')
    .replace(imageMark, '')
    .replace(tokenTarget, '] ');

/** For Slack's `mrkdwn` and for `text`: the three characters that Slack asks to escape. */
export const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** How many characters a text has once escaped, as Slack's limits count it. Adds up over pieces; at least the length. */
export const escapedLengthChars = (text: string): number => {
  let length = text.length;
  for (const { 0: special } of text.matchAll(/[&<>]/g)) length += special === '&' ? 4 : 3;
  return length;
};

/** The beginning of a text that is at most so long once escaped, cut between characters; an ellipsis tells what is missing. */
export const cutForDisplay = (text: string, maxChars: number): string => {
  if (escapedLengthChars(text) <= maxChars) return text;
  let length = 1;
  let end = 0;
  for (const { segment, index } of graphemes.segment(text.slice(0, maxChars))) {
    length += escapedLengthChars(segment);
    if (length > maxChars) break;
    end = index + segment.length;
  }
  return `${text.slice(0, end).trimEnd()}…`;
};

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
