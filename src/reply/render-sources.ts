/** The list under an answer: number, title as a link, place in the document. */
import type { Reference, ScoredChunk } from '../domain/reference.ts';
import { type Footnote, linkTarget } from './number-citations.ts';

/** How many documents are named when the answer cites none. */
const maxLookedAt = 3;
/** A passage without a link is shown in so many characters. */
const passageLengthChars = 160;

/** Markdown; empty when nothing was retrieved. Cited ⇒ "Sources"; retrieved but not cited ⇒ "Looked at". */
export const renderSources = (footnotes: readonly Footnote[], reference: Reference): string => {
  if (footnotes.length > 0) {
    const rows = footnotes.map(({ number, chunk }) => `${number}. ${renderSource(chunk)}`);
    return ['**Sources**', ...rows].join('\n');
  }
  const rows = reference.documents
    .slice(0, maxLookedAt)
    .map((one) => `- ${renderTitle(one.documentName, one.url)}`);
  return rows.length === 0 ? '' : ['**Looked at**', ...rows].join('\n');
};

const renderSource = (chunk: ScoredChunk): string => {
  const place = chunk.place.titlePath.filter((title) => title !== chunk.documentTitle);
  const where = place.length === 0 ? '' : ` — ${place.map(escapeMarkdown).join(' › ')}`;
  const passage = chunk.url === undefined ? `: “${escapeMarkdown(excerpt(chunk.text))}”` : '';
  return renderTitle(chunk.documentTitle, chunk.url) + where + passage;
};

const renderTitle = (title: string, url: string | undefined): string =>
  url === undefined ? escapeMarkdown(title) : `[${escapeMarkdown(title)}](${linkTarget(url)})`;

const excerpt = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= passageLengthChars
    ? line
    : `${line.slice(0, passageLengthChars).replace(/[\uD800-\uDBFF]$/, '')}…`;
};

const escapeMarkdown = (text: string): string => text.replace(/[\\`*_[\]~|]/g, '\\$&');
