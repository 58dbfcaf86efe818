/** Renders an answer as the messages of its reply. */
import remend from 'remend';
import type { Unfinished } from '../domain/chat-event.ts';
import type { Reference } from '../domain/reference.ts';
import { numberCitations } from './number-citations.ts';
import { renderSources } from './render-sources.ts';
import { type MessageSize, splitMessage } from './split-message.ts';

/** Drafts leave room for what the final adds. */
const draftShare = 0.85;

/**
 * The growing text: half-open Markdown closed (by `remend`), a half-written citation held back.
 *
 * @see https://www.npmjs.com/package/remend
 */
export const renderDraft = (
  draft: { readonly text: string; readonly reference: Reference },
  size: MessageSize,
): readonly string[] => {
  const { markdown } = numberCitations(draft.text, draft.reference, { draft: true });
  const maxPart = Math.floor(size.maxPart * draftShare);
  const parts = splitMessage(markdown, { measure: size.measure, maxPart });
  return parts.map((part, index) => (index === parts.length - 1 ? closeMarkdown(part) : part));
};

/** The whole answer with its sources on the last part. An answer without a word says so. */
export const renderFinal = (
  answer: {
    readonly text: string;
    readonly reference: Reference;
    readonly unfinished?: Unfinished;
  },
  size: MessageSize,
): readonly string[] => {
  const { markdown, footnotes } = numberCitations(answer.text, answer.reference, { draft: false });
  const body = markdown.trim() === '' ? '_There is no answer._' : markdown.trimEnd();
  const mark = answer.unfinished === undefined ? '' : `_${unfinishedText[answer.unfinished]}_`;
  const sources = renderSources(footnotes, answer.reference);
  return splitMessage([body, mark, sources].filter((one) => one !== '').join('\n\n'), size);
};

const unfinishedText: Readonly<Record<Unfinished, string>> = {
  stalled: 'The language model stopped here; this answer is not finished. Please ask again.',
  length: 'The answer reached its longest length here. Ask me to go on.',
  content_filter: 'The language model refused to go on here.',
  stopped: 'Stopped here.',
};

const closeMarkdown = (text: string): string =>
  remend(text, {
    linkMode: 'text-only',
    katex: false,
    inlineKatex: false,
    htmlTags: false,
    setextHeadings: false,
    comparisonOperators: false,
    singleTilde: false,
  });
