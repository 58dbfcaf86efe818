/** Renders one part of a reply as Slack takes it. */
import { escapedLengthChars, escapeText, neutraliseMarkdown } from './neutralise.ts';

export interface MessageContent {
  readonly blocks: readonly Readonly<Record<string, unknown>>[];
  /** What notifications and screen readers get. */
  readonly text: string;
}

const maxSectionChars = 3_000;
const maxFallbackChars = 150;

/**
 * The whole part as one `markdown` block. `plain` gives sections in which nothing is markup but what Slack can't refuse, for when Slack refuses the
 * block; either way at most 12,000 characters of blocks for a part within the speaker's limit. Edits by `blocks` show no "(edited)".
 *
 * @see https://docs.slack.dev/reference/block-kit/blocks/markdown-block
 */
export const renderPart = (
  markdown: string,
  options: { readonly plain: boolean },
): MessageContent => ({
  blocks: options.plain
    ? plainSections(markdown)
    : [{ type: 'markdown', text: neutraliseMarkdown(markdown) }],
  text: fallbackText(markdown),
});

/** The beginning, without marks, on one line. */
const fallbackText = (markdown: string): string => {
  const words = markdown
    .slice(0, 4 * maxFallbackChars)
    .replace(/!?\[([^\]\n]*)\]\([^)\n]*\)/g, '$1')
    .replace(/[*_`#~|]+/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  const characters = [...words];
  const short = characters.slice(0, maxFallbackChars).join('');
  return escapeText(characters.length > maxFallbackChars ? `${short}…` : short || '…');
};

const plainSections = (text: string): MessageContent['blocks'] =>
  pack(pieces(text))
    .filter((section) => section.trim() !== '')
    .map((section) => ({
      type: 'section',
      text: { type: 'mrkdwn', text: escapeText(section), verbatim: true },
      expand: true,
    }));

/** Lines, and single characters of lines that are too long for a section. */
const pieces = (text: string): string[] =>
  text
    .split(/(?<=\n)/)
    .flatMap((line) => (escapedLengthChars(line) > maxSectionChars ? [...line] : [line]));

const pack = (parts: readonly string[]): string[] => {
  const sections: string[] = [];
  let current = '';
  let lengthChars = 0;
  for (const part of parts) {
    const partChars = escapedLengthChars(part);
    if (lengthChars + partChars > maxSectionChars) {
      sections.push(current);
      current = '';
      lengthChars = 0;
    }
    current += part;
    lengthChars += partChars;
  }
  return [...sections, current];
};
