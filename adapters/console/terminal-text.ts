/** Renders Markdown as text for a terminal, and takes away what a text could do to the terminal. */
import { stripVTControlCharacters } from 'node:util';
import { mapProse } from '../../src/domain/split-code.ts';

export interface TerminalTextOptions {
  /** The terminal understands OSC 8, so that a footnote number is a link. */
  readonly hyperlinks: boolean;
}

/**
 * Footnotes become `[1]`, the sources under an answer `[1] Title — place` with the link on a line of its own. Emphasis loses its marks; code, tables and
 * lists stay as they are written.
 */
export const renderForTerminal = (markdown: string, options: TerminalTextOptions): string => {
  const text = neutralise(markdown);
  const at = text.search(sourcesList);
  const body = mapProse(at < 0 ? text : text.slice(0, at), (prose) => renderProse(prose, options));
  return at < 0 ? body : body + renderSources(text.slice(at));
};

/**
 * Escape sequences, other control characters and overrides of the writing direction go: they could hide text, forge it, or write to the clipboard.
 *
 * @see https://trojansource.codes
 */
export const neutralise = (text: string): string =>
  stripVTControlCharacters(text.replaceAll('\r\n', '\n'))
    .replaceAll('\t', '    ')
    .replace(/(?!\n)\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '');

/** The list at the end of a final: its heading, then nothing but rows. */
const sourcesList = /(?<![^\n])\*\*(?:Sources|Looked at)\*\*(?:\n(?:\d+\.|-) [^\n]*)+\s*$/;

const label = String.raw`((?:\\.|[^[\]\\\n])*)`;
const target = String.raw`\(([^()\s]*)\)`;
const footnote = new RegExp(String.raw`\[\[(\d+)\]\]${target}`, 'g');
const link = new RegExp(String.raw`!?\[${label}\]${target}`, 'g');
const escaped = /\\([\\`*_[\]~|])/g;
const titleLink = new RegExp(String.raw`^\[${label}\]${target}`);

const renderProse = (prose: string, { hyperlinks }: TerminalTextOptions): string => {
  // Ended by a bell, not by `ESC \\`, whose backslash would read as Markdown's.
  const linked = (text: string, url: string): string =>
    hyperlinks && isWebUrl(url)
      ? `\u001b]8;;${new URL(url).href}\u0007${text}\u001b]8;;\u0007`
      : text;
  return prose
    .replace(/\*\*(?=\S)([^*\n]*[^*\s])\*\*/g, '$1')
    .replace(/(?<![\w\\*])\*(?=[^\s*])([^*\n]*[^*\s])\*(?![\w*])/g, '$1')
    .replace(/(?<![\w\\])_(?=[^\s_])([^_\n]*[^_\s])_(?!\w)/g, '$1')
    .replace(footnote, (_, number: string, url: string) => linked(`[${number}]`, url))
    .replace(link, (_, text: string, url: string) =>
      hyperlinks && isWebUrl(url) ? linked(text, url) : text === url ? url : `${text} (${url})`,
    )
    .replace(escaped, '$1');
};

const renderSources = (list: string): string => {
  const [heading = '', ...rows] = list.trimEnd().split('\n');
  return [heading.replaceAll('*', ''), ...rows.map(renderSource)].join('\n');
};

const renderSource = (row: string): string => {
  const [, number, rest = ''] = /^(?:(\d+)\.|-) (.*)$/.exec(row) ?? [];
  const [whole = '', title, url] = titleLink.exec(rest) ?? [];
  const text = unescapeMarkdown((title ?? '') + rest.slice(whole.length));
  const lines = `${number === undefined ? '-' : `[${number}]`} ${text}`;
  return url === undefined ? lines : `${lines}\n    ${url}`;
};

const unescapeMarkdown = (text: string): string => text.replace(escaped, '$1');

const isWebUrl = (url: string): boolean => /^https?:\/\//i.test(url) && URL.canParse(url);
