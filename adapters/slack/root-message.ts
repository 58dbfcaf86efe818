/** The message that a thread begins with when a question was a command: who asked, and what. */
import type { Turn } from '../../src/domain/turn.ts';
import { fallbackText, type MessageContent, mentionOf, renderSection } from './message-content.ts';
import { cutForDisplay, escapeText } from './neutralise.ts';
import type { SlackAddress } from './reply-address.ts';

/** Leaves room in a section of 3,000 for who asked and what about. */
const maxQuestionChars = 2_500;
const maxLinkChars = 300;

/** The person is named by a mention of ours; the question is shown as it was typed, cut where it is very long. */
export const renderRoot = (turn: Turn, { user, about }: SlackAddress): MessageContent => {
  const question = escapeText(cutForDisplay(turn.question.text, maxQuestionChars));
  const asked = `${mentionOf(user)} asked${aboutLink(about)}: ${question}`;
  return { blocks: [renderSection(asked)], text: fallbackText(turn.question.text) };
};

/** Only an address of Slack's becomes a link. */
const aboutLink = (about: string | undefined): string =>
  about !== undefined &&
  about.length <= maxLinkChars &&
  /^https:\/\/[\w.-]+\.slack\.com\/[^\s<>|]*$/.test(about)
    ? ` about <${about.replaceAll('&', '&amp;')}|this message>`
    : '';
