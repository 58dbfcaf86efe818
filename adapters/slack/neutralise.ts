/** Takes the power out of Slack's own tokens in an answer, so that no text of a model or a document pings, or hides a link. */

/** A fenced block, or an inline span: a run of backticks up to the next run of the same length. */
const code =
  /^ {0,3}(`{3,}|~{3,})[^\n]*(?:\n(?! {0,3}\1)[^\n]*)*(?:\n {0,3}\1[^\n]*)?|(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\2(?!`)/gm;
/** `](<https://a>`, which Markdown allows and Slack would read as a token of its own. */
const angledTarget = /\]\(<([^<>\s()]*)>/g;
const autolink = /<(https?:\/\/[^\s<>]+)>/g;

/**
 * For a `markdown` block. Every token (`<!channel>`, `<@U1>`, `<!subteam^S1>`, `<https://a|b>`) begins with `<`, so every `<` becomes an entity, in
 * code too: Slack decodes it for display everywhere but in a link's target, and does not read the result again. `>` stays: alone it is a quote or
 * nothing. `&` stays: escaping it buys nothing and breaks the query of a link. Markdown's own `<https://a>` loses its brackets.
 *
 * @see https://docs.slack.dev/messaging/formatting-message-text#escaping
 * @see https://github.com/PostHog/posthog/pull/95054 (measured on a real workspace)
 */
export const neutraliseMarkdown = (markdown: string): string => {
  let out = '';
  let from = 0;
  for (const match of markdown.matchAll(code)) {
    out += unwrapped(markdown.slice(from, match.index)) + match[0];
    from = match.index + match[0].length;
  }
  return (out + unwrapped(markdown.slice(from))).replaceAll('<', '&lt;');
};

const unwrapped = (prose: string): string =>
  prose.replace(angledTarget, ']($1').replace(autolink, '$1');

/** For Slack's `mrkdwn` and for `text`: the three characters that Slack asks to escape. */
export const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** How many characters a text has once escaped, as Slack's limits count it. Adds up over pieces; at least the length. */
export const escapedLengthChars = (text: string): number => {
  let length = text.length;
  for (const { 0: special } of text.matchAll(/[&<>]/g)) length += special === '&' ? 4 : 3;
  return length;
};
