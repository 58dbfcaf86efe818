/** Reads the thread that a question was asked in, and the files that came with it. */
import { MessageType, Routes } from 'discord-api-types/v10';
import * as z from 'zod';
import { BotError } from '../../src/domain/errors.ts';
import type { ContextReader, ThreadMessage } from '../../src/ports/context-reader.ts';
import { downloadAttachment } from './attachment-download.ts';
import type { DiscordSettings } from './discord-call.ts';
import type { DiscordSpeech } from './discord-speech.ts';
import { readableText } from './readable-text.ts';
import { readAddress } from './reply-address.ts';
import { compareIds, snowflake } from './snowflake.ts';

const pageSize = 100;
const maxPages = 3;
/** What people and other bots wrote; a monitoring bot's alert is what people talk about under it. */
const spokenTypes: ReadonlySet<number> = new Set([MessageType.Default, MessageType.Reply]);

const writtenSchema = z.object({
  id: snowflake,
  type: z.number(),
  author: z.object({ id: z.string() }),
  content: z.string().nullish(),
  mentions: z.array(z.object({ id: z.string() })).nullish(),
});
/** The first line of a thread that was made on a message holds that message. */
const messageSchema = writtenSchema.extend({ referenced_message: writtenSchema.nullish() });
const pageSchema = z.array(messageSchema);
const filesSchema = z.object({
  attachments: z.array(z.object({ id: z.string(), size: z.number(), url: z.string() })),
});

type Written = z.infer<typeof writtenSchema>;

/**
 * People are told apart by number, in the order in which they appear, in what they wrote as well: their names are nobody else's business. At most 3 calls of 100
 * messages, from the question backwards. Without the intent Message Content nothing is read but what mentions the bot, so nothing.
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
    const { channel, message, questionChannel } = readAddress(turn.replyTo);
    // The thread was made for the question: nothing stands before it.
    if (message === undefined || questionChannel !== undefined) return [];
    const me = await deps.identity();
    const found: Written[] = [];
    let before = message;
    for (let pages = 0; pages < maxPages && found.length < last; pages += 1) {
      signal.throwIfAborted();
      const page = await deps.call(
        {
          method: 'GET',
          route: Routes.channelMessages(channel),
          query: new URLSearchParams({ before, limit: String(pageSize) }),
        },
        { answer: pageSchema },
      );
      const newestFirst = page.toSorted((a, b) => compareIds(b.id, a.id));
      found.push(...newestFirst.map(startOfThread).filter((each) => isOthers(each, me)));
      before = newestFirst.at(-1)?.id ?? before;
      if (page.length < pageSize) break;
    }
    return toThread(found.slice(0, last).toReversed());
  },
  async readFile(turn, file, { maxBytes, signal }) {
    signal.throwIfAborted();
    const { channel, message, questionChannel } = readAddress(turn.replyTo);
    if (message === undefined) throw gone();
    // An address is good for a day; the message has a fresh one.
    const route = Routes.channelMessage(questionChannel ?? channel, message);
    const { attachments } = await deps.call({ method: 'GET', route }, { answer: filesSchema });
    const found = attachments.find(({ id }) => id === file.id);
    if (found === undefined) throw gone();
    if (found.size > maxBytes)
      throw new BotError('document_unreadable', { details: { reason: 'too_large', maxBytes } });
    const { apiUrl, callTimeoutMs: timeoutMs } = deps.settings;
    return downloadAttachment(found.url, { apiUrl, timeoutMs, maxBytes, signal });
  },
});

const gone = (): BotError =>
  new BotError('platform_rejected', { details: { method: 'GET attachment' } });

const startOfThread = (message: z.infer<typeof messageSchema>): Written =>
  message.type === MessageType.ThreadStarterMessage && message.referenced_message
    ? message.referenced_message
    : message;

/** Written by somebody else than us, and no question to us. */
const isOthers = ({ author, type, content, mentions }: Written, me: string): boolean =>
  spokenTypes.has(type) &&
  author.id !== me &&
  !(mentions ?? []).some(({ id }) => id === me) &&
  (content ?? '').trim() !== '';

const toThread = (written: readonly Written[]): readonly ThreadMessage[] => {
  const names = new Map<string, string>();
  const nameOf = (id: string): string => {
    const name = names.get(id) ?? `Person ${names.size + 1}`;
    names.set(id, name);
    return name;
  };
  const shown = {
    isOurs: () => false,
    person: nameOf,
    role: () => undefined,
    channel: () => undefined,
  };
  return written.map(({ author, content }) => ({
    author: nameOf(author.id),
    text: readableText(content ?? '', shown).replaceAll('@Person ', 'Person '),
  }));
};
