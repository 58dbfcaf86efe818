/** Tells the person which files of their question did not reach the model, and why. */
import type { UnreadFile, UnreadReason } from './question-context.ts';

const because: Readonly<Record<Exclude<UnreadReason, 'beginning_only'>, string>> = {
  no_model: 'no language model is connected',
  no_room: 'no room beside the documents',
  too_large: 'larger than 1 MiB',
  too_many: 'I read five files at most',
  unavailable: 'I could not fetch it',
  unreadable: 'not a text that I can decode',
  unsupported: 'type not supported',
};
const maxNameLengthChars = 100;
const note = /(?:\n\n)?_I (?:could not read|read only the beginning of): `[^\n]*_(?=\n\n_I |$)/g;

/** One or two sentences in paragraphs of their own, or empty. Names stand in code spans: nothing in them is markup, a link or a citation. */
export const unreadNote = (files: readonly UnreadFile[]): string => {
  const unread = files.flatMap(({ name, reason }) =>
    reason === 'beginning_only' ? [] : [`${codeSpan(name)} (${because[reason]})`],
  );
  const begun = files.flatMap(({ name, reason }) =>
    reason === 'beginning_only' ? [codeSpan(name)] : [],
  );
  return [
    unread.length === 0 ? '' : `_I could not read: ${unread.join(', ')}._`,
    begun.length === 0 ? '' : `_I read only the beginning of: ${begun.join(', ')}._`,
  ]
    .filter((sentence) => sentence !== '')
    .join('\n\n');
};

export const withNote = (answer: string, note: string): string =>
  note === '' ? answer : `${answer}\n\n${note}`;

/** An earlier answer without its note: it belongs to that question's files, and a model would copy it. */
export const withoutUnreadNote = (answer: string): string => answer.replace(note, '');

const codeSpan = (name: string): string => {
  const plain = name.replace(/[\p{C}`]/gu, '').trim();
  return `\`${plain === '' ? 'file' : plain.slice(0, maxNameLengthChars)}\``;
};
