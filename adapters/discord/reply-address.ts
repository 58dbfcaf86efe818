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
  /** Of a post in a forum: the tag that is added when it is answered. */
  readonly answeredTag?: string;
  /** A command's answer is written into its deferred response. */
  readonly response?: DiscordResponse;
}

/** The message that stands for a command, and the token that writes into it for 15 minutes. */
export interface DiscordResponse {
  readonly message: string;
  readonly applicationId: string;
  /** Sealed for `tokenContext`. */
  readonly sealedToken: string;
  /** When Discord lets the token expire, by the clock: 15 minutes after the command. The last minute is not used. */
  readonly expiresAtMs: number;
}

const schema = z.object({
  channel: id,
  guild: id.optional(),
  user: id,
  message: id.optional(),
  questionChannel: id.optional(),
  threadArchiveMinutes: z.enum(['60', '1440', '4320', '10080']).optional(),
  answeredTag: id.optional(),
});
const responseSchema = z.object({
  responseMessage: id,
  applicationId: id,
  sealedToken: z.string().min(1),
  expiresAtMs: z.string().regex(/^\d{1,16}$/),
});

/** As a turn stores it: flat, and what is absent is left out. */
export const writeAddress = ({ response, ...address }: DiscordAddress): ReplyAddress => ({
  ...withoutAbsent(address),
  ...(response === undefined
    ? {}
    : {
        responseMessage: response.message,
        applicationId: response.applicationId,
        sealedToken: response.sealedToken,
        expiresAtMs: String(response.expiresAtMs),
      }),
});

/** Throws `payload_invalid` for an address that no Discord door wrote. */
export const readAddress = (replyTo: ReplyAddress): DiscordAddress => {
  const parsed = schema.safeParse(replyTo);
  const response = responseSchema.safeParse(replyTo);
  const halfResponse = !response.success && replyTo['responseMessage'] !== undefined;
  if (!parsed.success || halfResponse)
    throw new BotError('payload_invalid', { details: { address: 'discord' } });
  return {
    ...(withoutAbsent(parsed.data) as Omit<DiscordAddress, 'response'>),
    ...(response.success ? { response: toResponse(response.data) } : {}),
  };
};

/** What an interaction's token is sealed for, so that it opens for no other response. */
export const tokenContext = (applicationId: string, responseMessage: string): string =>
  `discord-response:${applicationId}:${responseMessage}`;

const toResponse = (stored: z.infer<typeof responseSchema>): DiscordResponse => ({
  message: stored.responseMessage,
  applicationId: stored.applicationId,
  sealedToken: stored.sealedToken,
  expiresAtMs: Number(stored.expiresAtMs),
});

const withoutAbsent = (fields: Readonly<Record<string, string | undefined>>): ReplyAddress =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

/** Whether the answer goes into a command's response; a question that is asked again gets a message of its own. */
export const writesResponse = (
  turn: Pick<Turn, 'repeats'>,
  response: DiscordResponse | undefined,
): response is DiscordResponse => response !== undefined && turn.repeats === undefined;
