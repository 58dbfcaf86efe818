/** Where on Discord a reply goes: what the listening half stores on the turn and the speaking half reads back. */
import * as z from 'zod';
import { BotError } from '../../src/domain/errors.ts';
import type { ReplyAddress } from '../../src/domain/platform.ts';
import type { Turn } from '../../src/domain/turn.ts';
import { snowflake as id } from './snowflake.ts';

export interface DiscordAddress {
  /** Where the reply's messages stand: a channel, a thread, or a direct message's channel. */
  readonly channel: string;
  /** Absent in a direct message. */
  readonly guild?: string;
  /** The asker. */
  readonly user: string;
  /** The question's message, which the first message of the answer replies to. Absent for a command. */
  readonly message?: string;
  /** Where the question's message stands, if not in `channel`: the thread for the answer was made on it. */
  readonly questionChannel?: string;
  /** The thread for the answer is still to be made, on `message`; it is archived after so many minutes of silence: 60, 1440, 4320 or 10080. */
  readonly threadArchiveMinutes?: string;
  /** The message of somebody else that the question replies to; it stands where the question does. */
  readonly repliedTo?: string;
  /** Of what stands around the question only what it replies to is read: before it, in a channel, others talked. Absent: the thread too. */
  readonly reads?: 'replied';
  /** Of a post in a forum: the tag that is added when it is answered. */
  readonly answeredTag?: string;
  /** A command's answer is written into its deferred response. */
  readonly response?: DiscordResponse;
  /** The same, while nobody has told us which message that is. Never with `response`. */
  readonly command?: DiscordCommand;
}

/** The message that stands for a command, and the token that writes into it for 15 minutes. */
export interface DiscordResponse {
  readonly message: string;
  /** The command's own id. Absent in what earlier versions stored. */
  readonly interaction?: string;
  readonly applicationId: string;
  /** Sealed for `sealedFor`. */
  readonly sealedToken: string;
  /** When Discord lets the token expire, by the clock: 15 minutes after the command. The last minute is not used. */
  readonly expiresAtMs: number;
}

/** A command that was deferred, or is about to be, and the token that tells its response and writes into it. */
export type DiscordCommand = Omit<DiscordResponse, 'message' | 'interaction'> & {
  readonly message?: undefined;
  readonly interaction: string;
};

const schema = z.object({
  channel: id,
  guild: id.optional(),
  user: id,
  message: id.optional(),
  questionChannel: id.optional(),
  threadArchiveMinutes: z.enum(['60', '1440', '4320', '10080']).optional(),
  repliedTo: id.optional(),
  reads: z.literal('replied').optional(),
  answeredTag: id.optional(),
});
const tokenSchema = z.object({
  responseMessage: id.optional(),
  interaction: id.optional(),
  applicationId: id,
  sealedToken: z.string().min(1),
  expiresAtMs: z.string().regex(/^\d{1,16}$/),
});

/** As a turn stores it: flat, and what is absent is left out. */
export const writeAddress = ({ response, command, ...address }: DiscordAddress): ReplyAddress => {
  const written = response ?? command;
  if (written === undefined) return withoutAbsent(address);
  const { message: responseMessage, expiresAtMs, ...token } = written;
  return {
    ...withoutAbsent(address),
    ...withoutAbsent({ ...token, responseMessage, expiresAtMs: String(expiresAtMs) }),
  };
};

/** Throws `payload_invalid` for an address that no Discord door wrote. */
export const readAddress = (replyTo: ReplyAddress): DiscordAddress => {
  const parsed = schema.safeParse(replyTo);
  const { responseMessage, interaction } = replyTo;
  const isOfCommand = responseMessage !== undefined || interaction !== undefined;
  const token = tokenSchema.safeParse(replyTo);
  if (!parsed.success || (isOfCommand && !token.success))
    throw new BotError('payload_invalid', { details: { address: 'discord' } });
  return {
    ...(withoutAbsent(parsed.data) as Omit<DiscordAddress, 'response' | 'command'>),
    ...(token.success ? toResponse(token.data) : {}),
  };
};

/** What an interaction's token is sealed for, so that it opens for no other. */
export const tokenContext = (applicationId: string, interaction: string): string =>
  `discord-response:${applicationId}:${interaction}`;

/** Earlier versions sealed a token for the response's message. */
export const sealedFor = ({
  applicationId,
  interaction,
  message = '',
}: DiscordResponse | DiscordCommand): string => tokenContext(applicationId, interaction ?? message);

const toResponse = ({
  responseMessage: message,
  interaction,
  ...stored
}: z.infer<typeof tokenSchema>): Pick<DiscordAddress, 'response' | 'command'> => {
  const token = { ...stored, expiresAtMs: Number(stored.expiresAtMs) };
  if (message !== undefined)
    return {
      response: { ...token, message, ...(interaction === undefined ? {} : { interaction }) },
    };
  return interaction === undefined ? {} : { command: { ...token, interaction } };
};

const withoutAbsent = (fields: Readonly<Record<string, string | undefined>>): ReplyAddress =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

/** Whether the answer goes into a command's response; a question that is asked again gets a message of its own. */
export const writesResponse = <Response extends DiscordResponse | DiscordCommand>(
  turn: Pick<Turn, 'repeats'>,
  response: Response | undefined,
): response is Response => response !== undefined && turn.repeats === undefined;
