/** Takes out of earlier messages what belongs to their own answers: citations, which count other passages, and think text. */
import type { Message } from '../domain/message.ts';
import { withoutUnreadNote } from './unread-note.ts';

const thinkText = /<think>(?:(?!<think>)[\s\S])*?(?:<\/think>|$)/gi;
const strayThinkTag = /<\/?think>/gi;
const citation = /[ \t]{0,3}(?:\[ID:\d{1,3}\]|##\d{1,3}\$\$)/g;

/** Without system messages, without what an assistant said before the first question, and without messages that are empty then. */
export const cleanHistory = (messages: readonly Message[]): readonly Message[] => {
  const spoken = messages
    .filter((message) => message.role !== 'system')
    .map((message) => ({ ...message, content: cleanText(message.content) }))
    .filter((message) => message.content !== '');
  const first = spoken.findIndex((message) => message.role === 'user');
  return first < 0 ? [] : spoken.slice(first);
};

const cleanText = (text: string): string =>
  withoutUnreadNote(text)
    .replace(thinkText, '')
    .replace(strayThinkTag, '')
    .replace(citation, '')
    .trim();
