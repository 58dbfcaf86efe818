/** Finds our own messages on Discord, and what each says that it belongs to. */
import { MessageType, Routes } from 'discord-api-types/v10';
import * as z from 'zod';
import { readActionId } from './action-ids.ts';
import type { DiscordCall } from './discord-call.ts';
import { compareIds, snowflake } from './snowflake.ts';

const pageSize = 100;
/** An answer's messages stand soon behind its question; more is a channel that never rests. */
const maxPages = 5;

export interface OwnMessage {
  readonly id: string;
  readonly content: string;
  /** The message that it replies to, or follows as the second of a command's responses; it may be gone. */
  readonly repliesTo: string | undefined;
  /** The turns that its buttons name. */
  readonly turns: ReadonlySet<string>;
  readonly files: readonly { readonly name: string; readonly sizeBytes: number }[];
}

const buttonSchema = z.object({ custom_id: z.string().nullish() });
const rowSchema = z.object({ components: z.array(buttonSchema).nullish() });
const messageSchema = z.object({
  id: snowflake,
  type: z.number(),
  author: z.object({ id: z.string() }),
  content: z.string().nullish(),
  message_reference: z.object({ message_id: z.string().nullish() }).nullish(),
  interaction_metadata: z.object({ original_response_message_id: z.string().nullish() }).nullish(),
  components: z.array(rowSchema).nullish(),
  attachments: z.array(z.object({ filename: z.string(), size: z.number() })).nullish(),
});
const pageSchema = z.array(messageSchema);
/** Not what Discord itself notes in our name, as at the top of a thread. */
const writtenTypes: ReadonlySet<number> = new Set([MessageType.Default, MessageType.Reply]);

/**
 * Ours that stand in the channel behind a message, of whatever turn, oldest first; among the next 500 of all messages. Empty where the bot may not read the
 * channel's history.
 *
 * @see https://docs.discord.com/developers/resources/message#get-channel-messages
 */
export const readOwnMessages = async (
  deps: { readonly call: DiscordCall; readonly identity: () => Promise<string> },
  options: {
    readonly channel: string;
    /** The id of a message, or of a time. */
    readonly after: string;
    readonly signal: AbortSignal;
  },
): Promise<readonly OwnMessage[]> => {
  const me = await deps.identity();
  const found: OwnMessage[] = [];
  let { after } = options;
  for (let pages = 0; pages < maxPages; pages += 1) {
    options.signal.throwIfAborted();
    const page = await deps.call(
      {
        method: 'GET',
        route: Routes.channelMessages(options.channel),
        query: new URLSearchParams({ after, limit: String(pageSize) }),
      },
      { answer: pageSchema },
    );
    // Discord gives the ones next to `after`, but the newest of them first.
    const inOrder = page.toSorted((a, b) => compareIds(a.id, b.id));
    const isOwn = ({ author, type }: (typeof page)[number]) =>
      author.id === me && writtenTypes.has(type);
    found.push(...inOrder.filter(isOwn).map(toOwnMessage));
    after = inOrder.at(-1)?.id ?? after;
    if (page.length < pageSize) break;
  }
  return found;
};

const toOwnMessage = (message: z.infer<typeof messageSchema>): OwnMessage => {
  const ids = (message.components ?? []).flatMap(({ components }) => components ?? []);
  const turns = ids.flatMap(({ custom_id }) => readActionId(custom_id ?? '')?.turnId ?? []);
  return {
    id: message.id,
    content: message.content ?? '',
    repliesTo:
      message.message_reference?.message_id ??
      message.interaction_metadata?.original_response_message_id ??
      undefined,
    turns: new Set(turns),
    files: (message.attachments ?? []).map(({ filename, size }) => ({
      name: filename,
      sizeBytes: size,
    })),
  };
};
