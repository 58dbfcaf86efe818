/** What people wrote before a question, read from Discord's history and shown without their names. */
import { MessageType } from 'discord-api-types/v10';
import * as z from 'zod';
import type { ThreadMessage } from '../../src/ports/context-reader.ts';
import { forwardedIn, snapshotsSchema } from './forwarded.ts';
import { readableText } from './readable-text.ts';
import { snowflake } from './snowflake.ts';

/** What people and other bots wrote; a monitoring bot's alert is what people talk about under it. */
const spokenTypes: ReadonlySet<number> = new Set([MessageType.Default, MessageType.Reply]);

const schema = z.object({
  id: snowflake,
  type: z.number(),
  author: z.object({ id: z.string() }),
  content: z.string().nullish(),
  mentions: z.array(z.object({ id: z.string() })).nullish(),
  message_snapshots: snapshotsSchema,
});
export type Written = z.infer<typeof schema>;

/** The first line of a thread that was made on a message holds that message. */
export const writtenSchema = schema.extend({ referenced_message: schema.nullish() });

export const startOfThread = (message: z.infer<typeof writtenSchema>): Written =>
  message.type === MessageType.ThreadStarterMessage && message.referenced_message
    ? message.referenced_message
    : message;

/** Words of somebody else than us. */
export const isSpokenByOthers = (message: Written, me: string): boolean =>
  spokenTypes.has(message.type) && message.author.id !== me && textIn(message).trim() !== '';

/** It is a question to us. */
export const callsUs = ({ mentions }: Written, me: string): boolean =>
  (mentions ?? []).some(({ id }) => id === me);

/** People are told apart by number, in the order in which they appear, in what they wrote as well: their names are nobody else's business. */
export const toThread = (written: readonly Written[]): readonly ThreadMessage[] => {
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
  return written.map((message) => ({
    author: nameOf(message.author.id),
    text: readableText(textIn(message), shown).replaceAll('@Person ', 'Person '),
  }));
};

const textIn = (message: Written): string => (forwardedIn(message) ?? message).content ?? '';
