/** The list under an answer: number, title as a link, place in the document. */
import type { Reference } from '../domain/reference.ts';
import { type Footnote, linkTarget } from './number-citations.ts';

/** How many documents are named when the answer cites none. */
const maxLookedAt = 3;
/** A passage without a link is shown in so many characters. */
const passageLengthChars = 160;

/** Markdown; empty when nothing was retrieved. Cited ⇒ "Sources"; retrieved but not cited ⇒ "Looked at". */
export const renderSources = (footnotes: readonly Footnote[], reference: Reference): string => {
  if (footnotes.length > 0) {
    const rows = footnotes.map((footnote) => `${footnote.number}. ${renderSource(footnote)}`);
    return ['**Sources**', ...rows].join('\n');
  }
  const rows = reference.documents
    .slice(0, maxLookedAt)
    .map((one) => `- ${renderTitle(one.documentName, one.url)}`);
  return rows.length === 0 ? '' : ['**Looked at**', ...rows].join('\n');
};

const renderSource = ({ title, place, url, text }: Footnote): string => {
  const below = place.titlePath.filter((heading) => heading !== title);
  const where = below.length === 0 ? '' : ` — ${below.map(escapeMarkdown).join(' › ')}`;
  const passage = url === undefined ? `: “${escapeMarkdown(excerpt(text))}”` : '';
  return renderTitle(title, url) + where + passage;
};

const renderTitle = (title: string, url: string | undefined): string =>
  url === undefined ? escapeMarkdown(title) : `[${escapeMarkdown(title)}](${linkTarget(url)})`;

/** Without the headings that it begins with: they stand before it. */
const excerpt = (text: string): string => {
  const line = text
    .replace(/^(?:\s*#{1,6} [^\n]*\n)+/, '')
    .replace(/\s+/g, ' ')
    .trim();
  return line.length <= passageLengthChars
    ? line
    : `${line.slice(0, passageLengthChars).replace(/[\uD800-\uDBFF]$/, '')}…`;
};

const escapeMarkdown = (text: string): string => text.replace(/[\\`*_[\]~|]/g, '\\$&');
