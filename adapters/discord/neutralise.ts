/** Takes the power out of Discord's own tokens in a text that is not ours, so that no words of a model, a document or a person ping, or hide something. */

/** Shows as nothing, and keeps what it stands between apart. */
export const zeroWidthSpace = '\u200B';

/**
 * An escaped character, a fenced block, or an inline span: what Discord takes for code, wherever it stands in a line. A span ends with its paragraph and before a
 * heading, a list item or a quote: where it only may go on, a stray backtick would let everything up to the next one through.
 */
const code =
  /\\[^\w\s]|```[\s\S]*?```|(?<!`)(`+)(?!`)(?:[^\n]|\n(?![ \t]*(?:\n|[-*+>#]|\d{1,9}[.)])))*?(?<!`)\1(?!`)/g;
/** Links stay byte for byte. */
const address = /https?:\/\/[^\s<>`]+/g;
/** Groups 1 label, 2 address. A label holds at most one more pair of brackets, an address one pair of parentheses. */
const maskedLink =
  /!?\[((?:\\.|[^\][\\\n]|\[[^\][\n]*\])*)\]\([ \t]*<?(https?:\/\/[^\s<>()]*(?:\([^\s<>()]*\)[^\s<>()]*)*)>?[ \t]*\)/g;
const autolink = /<(https?:\/\/[^\s<>]+)>/g;
/** Whatever an angle bracket may begin: a person, a role, a channel, a command, a place of the server, a time. */
const token = /<(?=@[!&]?\d|#\d|\/[^<>\n]{1,100}:\d|id:|t:-?\d)/g;
/** Not in an e-mail address. */
const everybody = /@(?=everyone|here)(?!(?<=[\w.+-]@)(?:everyone|here)[\w-]*\.\w)/g;
const spoiler = /(?<!\\)\|{2,}/g;

/**
 * What a person sees is the same but for links: one that is named after an address, which Discord shows as brackets and all, is shown as the address, or without
 * its scheme where it leads elsewhere; an image becomes a link. Code stays byte for byte. Never longer than `neutralisedLengthChars` of the text.
 *
 * @see https://docs.discord.com/developers/reference#message-formatting
 * @see https://github.com/discord/discord-api-docs/issues/7721
 */
export const neutraliseMarkdown = (markdown: string): string =>
  mapProse(markdown, (prose) => defused(prose.replace(maskedLink, readableLink)));

/** For when Discord refuses the text: its filters look at links, so that nothing of one is left but its label, or the address without its scheme. */
export const withoutLinks = (markdown: string): string =>
  mapProse(markdown, (prose) =>
    defused(
      prose
        .replace(maskedLink, (_, label: string, url: string) => label.replaceAll('`', '') || url)
        .replace(autolink, '$1')
        .replace(/https?:\/\/(?=[^\s<>`])/g, ''),
    ),
  );

/** How many characters a text has at most once neutralised. Adds up over pieces. */
export const neutralisedLengthChars = (markdown: string): number =>
  markdown.length + [...markdown.matchAll(/[@<|]/g)].length;

const readableLink = (_: string, label: string, url: string): string => {
  const name = label.replace(/\\(?=\W)/g, '').trim();
  if (name === '' || name === url || `${name}/` === url) return `<${url}>`;
  return `[${label.replace(/https?:\/\//g, '')}](${url})`;
};

const defused = (prose: string): string => {
  let out = '';
  let from = 0;
  for (const { 0: url, index } of prose.matchAll(address)) {
    out += harmless(prose.slice(from, index)) + url;
    from = index + url.length;
  }
  return out + harmless(prose.slice(from));
};

const harmless = (text: string): string =>
  text
    .replace(token, `<${zeroWidthSpace}`)
    .replace(everybody, `@${zeroWidthSpace}`)
    .replace(spoiler, (bars) => '\\|'.repeat(bars.length));

const mapProse = (markdown: string, change: (prose: string) => string): string => {
  let out = '';
  let from = 0;
  for (const { 0: found, index } of markdown.matchAll(code)) {
    if (!found.startsWith('`')) continue;
    out += change(markdown.slice(from, index)) + found;
    from = index + found.length;
  }
  return out + change(markdown.slice(from));
};
