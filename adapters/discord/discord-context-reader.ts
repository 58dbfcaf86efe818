/** Reads the thread that a question was asked in, the message that it replies to, and the files that came with it. */
import { RESTJSONErrorCodes as Code, Routes } from 'discord-api-types/v10';
import * as z from 'zod';
import { BotError, toBotError } from '../../src/domain/errors.ts';
import type { ContextReader } from '../../src/ports/context-reader.ts';
import { downloadAttachment } from './attachment-download.ts';
import type { DiscordSettings } from './discord-call.ts';
import { discordCodeOf } from './discord-errors.ts';
import type { DiscordSpeech } from './discord-speech.ts';
import { type DiscordAddress, readAddress } from './reply-address.ts';
import { compareIds, snowflake } from './snowflake.ts';
import {
  callsUs,
  isSpokenByOthers,
  startOfThread,
  toThread,
  type Written,
  writtenSchema,
} from './written-messages.ts';

const pageSize = 100;
const maxPages = 3;
const pageSchema = z.array(writtenSchema);
const file = z.object({ id: snowflake, size: z.number(), url: z.string() });
const files = z.array(file).nullish();
const filesSchema = z.object({
  attachments: files,
  message_snapshots: z.array(z.object({ message: z.object({ attachments: files }) })).nullish(),
});
const goneCodes: ReadonlySet<number | undefined> = new Set([
  Code.UnknownMessage,
  Code.UnknownChannel,
  Code.MissingAccess,
  Code.MissingPermissions,
]);

/**
 * At most 3 calls of 100 messages, from the question backwards, and one for the message that the question replies to: that one stands last, whatever was said
 * since, and is left out when it is gone. Without the intent Message Content nothing is read but what mentions the bot, so nothing.
 *
 * @see https://docs.discord.com/developers/resources/message#get-channel-messages
 */
export const createDiscordContextReader = (
  deps: Pick<DiscordSpeech, 'call' | 'identity'> & {
    readonly settings: Pick<DiscordSettings, 'apiUrl' | 'callTimeoutMs'>;
  },
): ContextReader => ({
  platform: 'discord',
  async readThread(turn, { last, signal }) {
    const address = readAddress(turn.replyTo);
    const replied = await readReplied(deps, address);
    signal.throwIfAborted();
    const before = await readBefore(deps, { address, last, signal });
    const thread = before.filter(({ id }) => id !== replied?.id);
    if (replied === undefined) return toThread(thread);
    return toThread([...thread.slice(Math.max(0, thread.length + 1 - last)), replied]);
  },
  async readFile(turn, file, { maxBytes, signal }) {
    signal.throwIfAborted();
    const { channel, message, questionChannel } = readAddress(turn.replyTo);
    if (message === undefined) throw gone();
    // An address is good for a day; the message has a fresh one.
    const route = Routes.channelMessage(questionChannel ?? channel, message);
    const found = filesIn(await deps.call({ method: 'GET', route }, { answer: filesSchema })).find(
      ({ id }) => id === file.id,
    );
    if (found === undefined) throw gone();
    if (found.size > maxBytes)
      throw new BotError('document_unreadable', { details: { reason: 'too_large', maxBytes } });
    const { apiUrl, callTimeoutMs: timeoutMs } = deps.settings;
    return downloadAttachment(found.url, { apiUrl, timeoutMs, maxBytes, signal });
  },
});

const gone = (): BotError =>
  new BotError('platform_rejected', { details: { method: 'GET attachment' } });

/** Of the message itself, or of the one that it forwards. */
const filesIn = ({ attachments, message_snapshots: snapshots }: z.infer<typeof filesSchema>) => [
  ...(attachments ?? []),
  ...(snapshots ?? []).flatMap(({ message }) => message.attachments ?? []),
];

type Calling = Pick<DiscordSpeech, 'call' | 'identity'>;

/** The newest `last` that people wrote in the thread before the question, oldest first. */
const readBefore = async (
  { call, identity }: Calling,
  {
    address,
    last,
    signal,
  }: { readonly address: DiscordAddress; readonly last: number; readonly signal: AbortSignal },
): Promise<readonly Written[]> => {
  const { channel, message, questionChannel, reads } = address;
  // Where the thread was made for the question nothing stands before it; in a channel others talked.
  if (message === undefined || questionChannel !== undefined || reads === 'replied') return [];
  const me = await identity();
  const found: Written[] = [];
  let before = message;
  for (let pages = 0; pages < maxPages && found.length < last; pages += 1) {
    signal.throwIfAborted();
    const query = new URLSearchParams({ before, limit: String(pageSize) });
    const route = Routes.channelMessages(channel);
    const page = await call({ method: 'GET', route, query }, { answer: pageSchema });
    const newestFirst = page.toSorted((a, b) => compareIds(b.id, a.id));
    const spoken = newestFirst.map(startOfThread).filter((each) => isSpokenByOthers(each, me));
    found.push(...spoken.filter((each) => !callsUs(each, me)));
    before = newestFirst.at(-1)?.id ?? before;
    if (page.length < pageSize) break;
  }
  return found.slice(0, last).toReversed();
};

/** Undefined when the question replies to nothing of somebody else's, or to what is gone or out of our sight. */
const readReplied = async (
  { call, identity }: Calling,
  { channel, questionChannel, repliedTo }: DiscordAddress,
): Promise<Written | undefined> => {
  if (repliedTo === undefined) return undefined;
  const route = Routes.channelMessage(questionChannel ?? channel, repliedTo);
  try {
    const written = startOfThread(await call({ method: 'GET', route }, { answer: writtenSchema }));
    return isSpokenByOthers(written, await identity()) ? written : undefined;
  } catch (error) {
    if (goneCodes.has(discordCodeOf(toBotError(error)))) return undefined;
    throw error;
  }
};
