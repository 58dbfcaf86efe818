/** What stands around a question: read for its answer, shown to the model as data, kept nowhere. */
import type { ChatModel } from '../ports/chat-model.ts';

/** Why a file did not, or not wholly, reach the model. */
export type UnreadReason =
  | 'beginning_only'
  | 'no_model'
  | 'no_room'
  | 'too_large'
  | 'too_many'
  | 'unavailable'
  | 'unreadable'
  | 'unsupported';

export interface UnreadFile {
  readonly name: string;
  readonly reason: UnreadReason;
}

export interface ContextFile {
  readonly name: string;
  readonly text: string;
}

export interface QuestionContext {
  /** What people wrote in the thread before the question, oldest first, then what it replies to: `author: text`. */
  readonly thread: readonly string[];
  /** Those that came with the question and could be read. */
  readonly files: readonly ContextFile[];
  readonly unreadFiles: readonly UnreadFile[];
}

export const noContext: QuestionContext = { thread: [], files: [], unreadFiles: [] };

/** What the model can make use of: one that only quotes reads none of it, and the files are named as unread. */
export const readableBy = (
  { quotesOnly }: Pick<ChatModel, 'quotesOnly'>,
  context: QuestionContext,
): QuestionContext =>
  quotesOnly === true
    ? { ...noContext, unreadFiles: unreadOf(context, namesOf(context.files), 'no_model') }
    : context;

/** The files that were not read, and those that were and then had no room, each once. */
export const unreadOf = (
  { unreadFiles }: QuestionContext,
  omitted: readonly string[],
  reason: UnreadReason = 'no_room',
): readonly UnreadFile[] => [
  ...unreadFiles.filter(({ name }) => !omitted.includes(name)),
  ...omitted.map((name) => ({ name, reason })),
];

const namesOf = (files: readonly ContextFile[]): readonly string[] => files.map(({ name }) => name);
