/** Reads a message of Discord's, from the gateway or from its history: what a person wrote, where, and whether they mean us. */
import { MessageType } from 'discord-api-types/v10';
import * as z from 'zod';
import type { TurnId } from '../../src/domain/ids.ts';
import type { QuestionFile } from '../../src/domain/turn.ts';
import { forwardedIn, person, type Said, saidSchema, snapshotsSchema } from './forwarded.ts';
import { questionFiles } from './question-files.ts';
import { type Names, readableText } from './readable-text.ts';
import { repliedSchema, turnsRepliedTo } from './replied-turns.ts';
import { snowflake } from './snowflake.ts';

/** A message that a person wrote, as far as we use it. */
export interface DiscordMessage {
  readonly id: string;
  readonly channel: string;
  /** Absent in a direct message. */
  readonly guild?: string;
  readonly user: string;
  /** The author's in the server; absent where Discord did not say. */
  readonly roles?: readonly string[];
  /** As its author saw it, without our mention; what was forwarded; of a bare mention what it replies to. May be empty. */
  readonly text: string;
  /** Absent: none. */
  readonly files?: readonly QuestionFile[];
  /** Our own mention, that of our role, or a reply to us that rings. */
  readonly isMention: boolean;
  /** Put to somebody else than its author and us: it names them, or everybody, or replies to them. */
  readonly isToOthers: boolean;
  /** The message that it replies to, whoever wrote it. Absent: none, or one that is gone. */
  readonly repliedMessage?: string;
  /** It replies to a message of ours, which belongs to one of these, the first is the likeliest. Absent: it replies to nothing of ours. */
  readonly repliesTo?: readonly TurnId[];
  /** Absent: never edited. */
  readonly editedAtMs?: number;
}

export type ParsedMessage =
  | { readonly kind: 'message'; readonly message: DiscordMessage }
  | {
      readonly kind: 'ignored';
      readonly reason: 'unknown_shape' | 'not_a_person' | 'system' | 'empty';
    };

/** What a message means depends on who we are. */
export interface Reader {
  readonly botUserId: string;
  /** The role that Discord made for the bot in the server. */
  readonly botRole: string | undefined;
  readonly names: Pick<Names, 'role' | 'channel'>;
}

const text = z.string().nullish();
const flag = z.boolean().nullish();
const roles = z.array(snowflake).nullish();
const schema = saidSchema.extend({
  id: snowflake,
  channel_id: snowflake,
  guild_id: snowflake.nullish(),
  type: z.number(),
  author: person.extend({ bot: flag, system: flag }),
  webhook_id: z.unknown().optional(),
  member: z.object({ roles }).nullish().catch(undefined),
  edited_timestamp: text,
  mention_roles: roles.catch(undefined),
  mention_everyone: flag.catch(undefined),
  referenced_message: repliedSchema.nullish().catch(undefined),
  message_snapshots: snapshotsSchema,
});

type Written = z.infer<typeof schema>;

/**
 * Decides from the message alone. Without the Message Content intent Discord leaves the text of what is not put to us empty: such a message is `empty`. It hides
 * that of a mention by our role too; whoever wrote it is waiting, so it counts as a mention without a question. So does what was forwarded to us directly and
 * holds no text, as a picture or a poll does.
 *
 * @see https://docs.discord.com/developers/resources/message#message-object
 */
export const parseMessage = (data: unknown, reader: Reader): ParsedMessage => {
  const parsed = schema.safeParse(data);
  if (!parsed.success) return ignored('unknown_shape');
  const written = parsed.data;
  const { author } = written;
  if (written.type !== MessageType.Default && written.type !== MessageType.Reply)
    return ignored('system');
  const isWebhook = written.webhook_id !== undefined && written.webhook_id !== null;
  if (author.bot || author.system || isWebhook || author.id === reader.botUserId)
    return ignored('not_a_person');
  const said = saidIn(written);
  const files = questionFiles(said.attachments);
  const isAwaited = callsOurRole(written, reader) || isForwardedToUs(written);
  if (!said.content && files.length === 0 && !isAwaited) return ignored('empty');
  const editedAtMs = Date.parse(written.edited_timestamp ?? '');
  const replied = written.referenced_message;
  const isToUs = replied?.author.id === reader.botUserId;
  return {
    kind: 'message',
    message: {
      id: written.id,
      channel: written.channel_id,
      ...(written.guild_id ? { guild: written.guild_id } : {}),
      user: author.id,
      ...(written.member?.roles ? { roles: written.member.roles } : {}),
      text: textOf(said, reader) || textCalledTo(written, reader),
      ...(files.length > 0 ? { files } : {}),
      isMention: isMention(written, reader),
      isToOthers: isToOthers(written, reader),
      ...(replied ? { repliedMessage: replied.id } : {}),
      ...(replied && isToUs ? { repliesTo: turnsRepliedTo(replied) } : {}),
      ...(Number.isNaN(editedAtMs) ? {} : { editedAtMs }),
    },
  };
};

/** The text of somebody's message, as its readers saw it, or that of the one they forwarded; empty for one of an unknown shape. */
export const textOfMessage = (data: unknown, reader: Reader): string => {
  const parsed = schema.safeParse(data);
  if (!parsed.success) return '';
  return textOf(saidIn(parsed.data), reader);
};

/** What somebody typed behind a command; Discord does not tell which people are named in it. */
export const textOfCommand = (typed: string, reader: Reader): string =>
  readableText(typed, namesIn({ mentions: [] }, reader));

/** What stands in the message, or in the one that it forwards. */
const saidIn = (message: Said & Parameters<typeof forwardedIn>[0]): Said =>
  forwardedIn(message) ?? message;

const textOf = (said: Said, reader: Reader): string =>
  readableText(said.content ?? '', namesIn(said, reader));

/** Who only calls us, in reply to somebody else, asks what that message asks. Empty for everything else, and for a call with files. */
const textCalledTo = (written: Written, reader: Reader): string => {
  const replied = written.referenced_message;
  const isCall = isMention(written, reader) && questionFiles(written.attachments).length === 0;
  if (!isCall || !replied || replied.author.id === reader.botUserId) return '';
  return textOf(saidIn(replied), reader);
};

const isForwardedToUs = (written: Written): boolean =>
  forwardedIn(written) !== undefined && !written.guild_id;

type Ignored = Extract<ParsedMessage, { kind: 'ignored' }>;
const ignored = (reason: Ignored['reason']): Ignored => ({ kind: 'ignored', reason });

const namesIn = (
  { mentions }: Pick<Written, 'mentions'>,
  { botUserId, botRole, names }: Reader,
): Names => ({
  ...names,
  isOurs: (id) => id === botUserId || id === botRole,
  person: (id) => {
    const found = mentions?.find((each) => each.id === id);
    return found?.global_name ?? found?.username ?? undefined;
  },
});

/** A mention of everybody or of another role that the bot has is none: it means people. */
const isMention = (written: Written, reader: Reader): boolean =>
  (written.mentions ?? []).some(({ id }) => id === reader.botUserId) ||
  callsOurRole(written, reader);

const callsOurRole = ({ mention_roles }: Written, { botRole }: Reader): boolean =>
  botRole !== undefined && (mention_roles ?? []).includes(botRole);

/** A reply to what one wrote oneself adds to it. */
const isToOthers = (written: Written, { botUserId, botRole }: Reader): boolean =>
  written.mention_everyone === true ||
  (written.mentions ?? []).some(({ id }) => id !== botUserId) ||
  (written.mention_roles ?? []).some((id) => id !== botRole) ||
  (written.type === MessageType.Reply &&
    ![botUserId, written.author.id].includes(written.referenced_message?.author.id ?? ''));
