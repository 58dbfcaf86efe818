/** Reads the thread that a question was asked in, and the files that came with it. */
import * as z from 'zod';
import { toBotError } from '../../src/domain/errors.ts';
import type { ContextReader, ThreadMessage } from '../../src/ports/context-reader.ts';
import type { OwnIdentity } from './own-identity.ts';
import { mentions, readableText } from './readable-text.ts';
import { readAddress, type SlackAddress } from './reply-address.ts';
import type { SlackWorkspace, SlackWorkspaces } from './slack-workspaces.ts';

/** Of `conversations.replies`, which is Tier 3 and shared with the search for our own messages. */
const maxCalls = 5;
const pageSize = 200;
/** How much further back each next look reaches. */
const widening = 8;

const messageSchema = z.object({
  ts: z.string(),
  user: z.string().nullish(),
  bot_id: z.string().nullish(),
  subtype: z.string().nullish(),
  text: z.string().nullish(),
  reply_count: z.number().nullish(),
});
const pageSchema = z.object({
  messages: z.array(messageSchema).nullish(),
  response_metadata: z.object({ next_cursor: z.string().nullish() }).nullish(),
});
const fileSchema = z.object({
  file: z.object({ size: z.number(), url_private_download: z.string() }),
});

const named = z.object({ name: z.string().nullish(), title: z.string().nullish() });
const namedSchema = z.object({
  file: named.extend({ size: z.number() }).refine(({ name, title }) => name || title),
});

type StoredMessage = z.infer<typeof messageSchema>;

/**
 * People are told apart by number, in the order in which they appear, in what they wrote as well: their names are another look-up each, and nobody else's business.
 *
 * Slack gives a thread oldest first, up to 200 messages a page, or 15 to apps that are sold outside its Marketplace. A thread that does not fit into one page is
 * read from the question backwards, in windows that widen: at most 5 calls, and what came until then when Slack's limit ends it before. In a very long and busy
 * thread that may not reach the last message before the question.
 *
 * @see https://docs.slack.dev/reference/methods/conversations.replies
 * @see https://docs.slack.dev/reference/methods/files.info
 */
export const createSlackContextReader = (deps: {
  readonly workspaces: SlackWorkspaces;
}): ContextReader => ({
  platform: 'slack',
  async readThread(turn, { last, signal }) {
    const address = readAddress(turn.replyTo);
    const { threadTs, ts } = address;
    if (threadTs === undefined || ts === undefined || threadTs === ts) return [];
    const workspace = deps.workspaces.of(address);
    const own = await workspace.identity();
    const isContext = (message: StoredMessage) => isOthers(message, own);
    const stored = await readBefore(workspace, address, { last, isContext, signal });
    return toThread(stored, last);
  },
  async nameFile(turn, { id }, { signal }) {
    signal.throwIfAborted();
    const { call } = deps.workspaces.of(readAddress(turn.replyTo));
    const { file } = await call('files.info', { file: id }, { answer: namedSchema });
    return { id, name: file.name || file.title || '', sizeBytes: file.size };
  },
  async readFile(turn, file, { maxBytes, signal }) {
    signal.throwIfAborted();
    const { call, transfer } = deps.workspaces.of(readAddress(turn.replyTo));
    const { file: found } = await call('files.info', { file: file.id }, { answer: fileSchema });
    const { size: sizeBytes, url_private_download: url } = found;
    return transfer.download(url, { maxBytes, sizeBytes, signal });
  },
});

/** The messages that count, oldest first; the newest `last` of them are among these. */
const readBefore = async (
  { call }: SlackWorkspace,
  address: SlackAddress,
  options: {
    readonly last: number;
    readonly isContext: (message: StoredMessage) => boolean;
    readonly signal: AbortSignal;
  },
): Promise<readonly StoredMessage[]> => {
  const { channel, threadTs = '', ts: latest = '' } = address;
  const { last, isContext, signal } = options;
  const found = new Map<string, StoredMessage>();
  let calls = 0;

  const readPage = async (range: object) => {
    signal.throwIfAborted();
    calls += 1;
    const args = { channel, ts: threadTs, latest, limit: pageSize, ...range };
    const page = await call('conversations.replies', args, { answer: pageSchema });
    for (const message of page.messages ?? []) found.set(message.ts, message);
    return { root: page.messages?.[0], cursor: page.response_metadata?.next_cursor ?? '' };
  };
  /** Whether the window was read to its end. */
  const readWindow = async (oldest: string): Promise<boolean> => {
    let cursor = '';
    do {
      const at = cursor === '' ? {} : { cursor };
      cursor = (await readPage({ oldest, ...at })).cursor;
    } while (cursor !== '' && calls < maxCalls);
    return cursor === '';
  };
  const context = () => [...found.values()].filter((each) => each.ts < latest).filter(isContext);

  const spanS = Number(latest) - Number(threadTs);
  const first = await readPage({});
  if (first.cursor === '') return context();
  try {
    let share = (2 * last) / Math.max(1, first.root?.reply_count ?? 0);
    while (calls < maxCalls) {
      const oldest = (Number(latest) - spanS * Math.min(1, share)).toFixed(6);
      if (!(await readWindow(oldest))) break;
      if (share >= 1 || context().filter(({ ts }) => ts > oldest).length >= last) break;
      share *= widening;
    }
  } catch (error) {
    signal.throwIfAborted();
    if (toBotError(error).code !== 'platform_rate_limited') throw error;
  }
  return context();
};

/** Written before the question by somebody else than us, and no question to us. */
const isOthers = (message: StoredMessage, { userId, botId }: OwnIdentity): boolean => {
  const { user, bot_id, subtype, text } = message;
  const isSpoken = !subtype || spokenSubtypes.has(subtype);
  const isOurs = user === userId || (botId !== undefined && bot_id === botId);
  return isSpoken && !isOurs && !mentions(text ?? '', userId);
};

/** A monitoring bot's alert is what people talk about under it. */
const spokenSubtypes: ReadonlySet<string> = new Set([
  'bot_message',
  'file_share',
  'thread_broadcast',
]);

const toThread = (stored: readonly StoredMessage[], last: number): readonly ThreadMessage[] => {
  const newest = stored
    .toSorted((a, b) => (a.ts < b.ts ? -1 : 1))
    .filter(({ text }) => readableText(text ?? '', undefined) !== '')
    .slice(-last);
  const names = new Map<string, string>();
  const nameOf = (id: string): string => {
    const name = names.get(id) ?? `Person ${names.size + 1}`;
    names.set(id, name);
    return name;
  };
  return newest.map(({ user, bot_id, text }) => ({
    author: nameOf(user ?? bot_id ?? ''),
    text: readableText(text ?? '', undefined).replace(/@([UW][A-Z0-9]{2,})\b/g, (_, id: string) =>
      nameOf(id),
    ),
  }));
};
