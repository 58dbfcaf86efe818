/** Reads what stands around a question on its platform: the thread that the bot was called into, and the files that came with it. */
import { cutToTokens } from '../chat/cut-to-tokens.ts';
import { keepNewest } from '../chat/keep-newest.ts';
import {
  type ContextFile,
  noContext,
  type QuestionContext,
  type UnreadFile,
} from '../chat/question-context.ts';
import { withDeadline } from '../chat/with-deadline.ts';
import { toBotError } from '../domain/errors.ts';
import type { Platform } from '../domain/platform.ts';
import type { QuestionFile, Turn } from '../domain/turn.ts';
import type { Clock } from '../ports/clock.ts';
import type { ContextReader } from '../ports/context-reader.ts';
import type { CountTokens } from '../ports/count-tokens.ts';
import type { Log } from '../ports/log.ts';
import type { Parser } from '../ports/parser.ts';

export interface ReadContextDeps {
  readonly contextReaders: ReadonlyMap<Platform, ContextReader>;
  readonly parsers: readonly Parser[];
  readonly countTokens: CountTokens;
  readonly clock: Clock;
  readonly log: Log;
}

const maxThreadMessages = 30;
const maxThreadTokens = 2_000;
const maxFiles = 5;
const maxFileBytes = 1_048_576;
/** Of all files together. */
const maxFilesTokens = 4_000;
/** More characters than so many tokens ever have. */
const maxFileLengthChars = 16 * maxFilesTokens;
/** What a person waits for an answer without it. */
const deadlineMs = 10_000;
/** Of that, for what the platform calls a file that it told by its id alone. */
const namingMs = 5_000;

interface Reading {
  readonly turn: Turn;
  readonly reader: ContextReader | undefined;
  readonly signal: AbortSignal;
}
/** As fetched and parsed, or why not. */
type FileOutcome = ContextFile | UnreadFile;

/**
 * At most 30 messages and 2,000 tokens of the thread, the newest; at most five files that a parser knows, of 1 MiB each and 4,000 tokens together. Thread and files
 * at once, within 10 s. Undefined when the turn asks for neither. Never rejects: what can't be read is logged by code, and a file is named as unread.
 */
export const readContext = (
  deps: ReadContextDeps,
  { turn, signal }: { readonly turn: Turn; readonly signal: AbortSignal },
): Promise<QuestionContext> | undefined => {
  const files = turn.question.files ?? [];
  if (turn.readThread !== true && files.length === 0) return undefined;
  const reading = { turn, reader: deps.contextReaders.get(turn.platform), signal };
  return readAll(deps, { ...reading, files });
};

const readAll = async (
  deps: ReadContextDeps,
  options: Reading & { readonly files: readonly QuestionFile[] },
): Promise<QuestionContext> => {
  const [thread, outcomes] = await Promise.all([
    options.turn.readThread === true ? readThread(deps, options) : noContext.thread,
    readFiles(deps, options),
  ]);
  return { thread, ...shareRoom(outcomes, deps.countTokens) };
};

const readThread = async (
  { clock, log, countTokens }: ReadContextDeps,
  { turn, reader, signal }: Reading,
): Promise<readonly string[]> => {
  if (reader === undefined) return [];
  try {
    const messages = await withDeadline(
      (within) => reader.readThread(turn, { last: maxThreadMessages, signal: within }),
      { clock, deadlineMs, lateCode: 'platform_unavailable', signal },
    );
    const lines = messages
      .slice(-maxThreadMessages)
      .filter(({ text }) => text.trim() !== '')
      .map(({ author, text }) => `${author.replace(/\s+/g, ' ').trim()}: ${indented(text.trim())}`);
    return keepNewest(lines, { maxTokens: maxThreadTokens, countTokens });
  } catch (error) {
    if (!signal.aborted) {
      log.warn('thread not read', { turnId: turn.id, code: toBotError(error).code });
    }
    return [];
  }
};

/** A line of a message must not look like somebody else's. */
const indented = (text: string): string => text.replaceAll('\n', '\n  ');

const readFiles = async (
  deps: ReadContextDeps,
  options: Reading & { readonly files: readonly QuestionFile[] },
): Promise<readonly FileOutcome[]> => {
  const dueMs = deps.clock.monotonic() + deadlineMs;
  let begun = 0;
  return Promise.all(
    options.files.map(async (given): Promise<FileOutcome> => {
      const isNamed = given.name !== given.id;
      const file = isNamed ? given : await nameFile(deps, { ...options, file: given });
      if ('reason' in file) return file;
      const { name, sizeBytes } = file;
      const parser = deps.parsers.find(({ extensions }) => extensions.includes(extensionOf(name)));
      if (parser === undefined) return { name, reason: 'unsupported' };
      if (sizeBytes > maxFileBytes) return { name, reason: 'too_large' };
      begun += 1;
      if (begun > maxFiles) return { name, reason: 'too_many' };
      return readFile(deps, { ...options, file, parser, dueMs });
    }),
  );
};

const nameFile = async (
  { clock, log }: ReadContextDeps,
  { turn, reader, signal, file }: Reading & { readonly file: QuestionFile },
): Promise<QuestionFile | UnreadFile> => {
  const look = reader?.nameFile;
  if (look === undefined) return file;
  try {
    return await withDeadline((within) => look(turn, file, { signal: within }), {
      ...{ clock, signal, deadlineMs: namingMs, lateCode: 'platform_unavailable' },
    });
  } catch (error) {
    const { code } = toBotError(error);
    if (!signal.aborted) log.warn('file not read', { turnId: turn.id, code });
    return { name: 'an attached file', reason: 'unavailable' };
  }
};

const readFile = async (
  { clock, log }: ReadContextDeps,
  options: Reading & {
    readonly file: QuestionFile;
    readonly parser: Parser;
    readonly dueMs: number;
  },
): Promise<FileOutcome> => {
  const { turn, reader, signal, file, parser, dueMs } = options;
  const { name } = file;
  if (reader === undefined) return { name, reason: 'unavailable' };
  try {
    const bytes = await withDeadline(
      (within) => reader.readFile(turn, file, { maxBytes: maxFileBytes, signal: within }),
      { clock, deadlineMs: dueMs - clock.monotonic(), lateCode: 'platform_unavailable', signal },
    );
    const { text } = await parser.parse(bytes);
    return { name, text: text.trim() };
  } catch (error) {
    const { code, details } = toBotError(error);
    if (!signal.aborted) log.warn('file not read', { turnId: turn.id, code, ...details });
    if (code !== 'document_unreadable') return { name, reason: 'unavailable' };
    return { name, reason: details['reason'] === 'too_large' ? 'too_large' : 'unreadable' };
  }
};

/** In the order of the files: each takes what the ones before left, the last one its beginning. */
const shareRoom = (
  outcomes: readonly FileOutcome[],
  countTokens: CountTokens,
): Pick<QuestionContext, 'files' | 'unreadFiles'> => {
  const files: ContextFile[] = [];
  const unreadFiles: UnreadFile[] = [];
  let left = maxFilesTokens;
  for (const outcome of outcomes) {
    if ('reason' in outcome) {
      unreadFiles.push(outcome);
      continue;
    }
    const { name, text } = outcome;
    const counted = text.slice(0, maxFileLengthChars);
    const tokens = countTokens(counted);
    const isWhole = counted.length === text.length && tokens <= left;
    const shown = isWhole ? text : cutToTokens(counted, { maxTokens: left, countTokens });
    left -= isWhole ? tokens : left;
    if (shown !== '') files.push({ name, text: shown });
    if (!isWhole) unreadFiles.push({ name, reason: shown === '' ? 'no_room' : 'beginning_only' });
  }
  return { files, unreadFiles };
};

const extensionOf = (name: string): string => /\.[^.]+$/.exec(name.toLowerCase())?.[0] ?? '';
