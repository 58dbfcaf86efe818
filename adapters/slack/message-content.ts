/** Renders one part of a reply as Slack takes it. */
import { escapedLengthChars, escapeText, neutraliseMarkdown } from './neutralise.ts';

type Block = Readonly<Record<string, unknown>>;

export interface MessageContent {
  readonly blocks: readonly Block[];
  /** What notifications and screen readers get. */
  readonly text: string;
}

const maxSectionChars = 3_000;
const maxFallbackChars = 150;

/**
 * The whole part as one `markdown` block, the actions below it. `plain` gives sections in which nothing is markup but what Slack can't refuse, for when
 * Slack refuses the block; either way a part within the speaker's limit is one that Slack takes. Edits by `blocks` show no "(edited)".
 *
 * @see https://docs.slack.dev/reference/block-kit/blocks/markdown-block
 */
export const renderPart = (
  markdown: string,
  options: { readonly plain: boolean; readonly actions?: readonly Block[] },
): MessageContent => ({
  blocks: [
    ...(options.plain
      ? plainSections(markdown)
      : [{ type: 'markdown', text: neutraliseMarkdown(markdown) }]),
    ...(options.actions ?? []),
  ],
  text: fallbackText(markdown),
});

/** A sentence that rings for one person: the mention is ours, nothing else in it is live. */
export const renderPing = (sentence: string, user: string): MessageContent => {
  const text = `${mentionOf(user)} ${escapeText(sentence)}`;
  return { blocks: [renderSection(text)], text };
};

/** Slack's token for a person; an id that Slack did not make gives plain text. */
export const mentionOf = (user: string): string =>
  /^[UW][A-Z0-9]+$/.test(user) ? `<@${user}>` : escapeText(user);

/** A section in Slack's own `mrkdwn`, at most 3,000 characters of it: what is not to be live in it must be escaped. */
export const renderSection = (mrkdwn: string): Block => ({
  type: 'section',
  text: { type: 'mrkdwn', text: mrkdwn, verbatim: true },
  expand: true,
});

/** The beginning, without marks, on one line. */
export const fallbackText = (markdown: string): string => {
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

const plainSections = (text: string): readonly Block[] =>
  pack(pieces(text))
    .filter((section) => section.trim() !== '')
    .map((section) => renderSection(escapeText(section)));

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
