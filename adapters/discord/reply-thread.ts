/** Makes the thread that the answer to a message goes to. */
import { RESTJSONErrorCodes as Code, Routes } from 'discord-api-types/v10';
import * as z from 'zod';
import { toBotError } from '../../src/domain/errors.ts';
import type { Turn } from '../../src/domain/turn.ts';
import type { DiscordCall } from './discord-call.ts';
import { discordCodeOf, statusOf } from './discord-errors.ts';
import type { DiscordAddress } from './reply-address.ts';
import { snowflake } from './snowflake.ts';
import { threadName } from './thread-name.ts';

const threadSchema = z.object({ id: snowflake });

/**
 * The address from then on, or undefined when there is nothing to make. A message has one thread at most, with the message's id: one that stands already is
 * taken. Where none may be made, the answer replies to the question in the channel. Throws `reply_deleted` when the question is gone, and what may pass.
 *
 * @see https://docs.discord.com/developers/resources/channel#start-thread-from-message
 */
export const openThreadOn = async (
  { call }: { readonly call: DiscordCall },
  { turn, address }: { readonly turn: Turn; readonly address: DiscordAddress },
): Promise<DiscordAddress | undefined> => {
  const { threadArchiveMinutes, ...standing } = address;
  const { channel, message } = standing;
  if (threadArchiveMinutes === undefined || message === undefined) return undefined;
  const route = Routes.threads(channel, message);
  const body = {
    name: threadName(turn.question.text),
    auto_archive_duration: Number(threadArchiveMinutes),
  };
  const inThread = { ...standing, questionChannel: channel };
  try {
    const thread = await call({ method: 'POST', route, body }, { answer: threadSchema });
    return { ...inThread, channel: thread.id };
  } catch (error) {
    const failure = toBotError(error);
    if (discordCodeOf(failure) === Code.ThreadAlreadyCreatedForMessage)
      return { ...inThread, channel: message };
    const isRefused = failure.code === 'platform_forbidden' || failure.code === 'platform_rejected';
    if (!isRefused || statusOf(failure) === 401) throw failure;
    return standing;
  }
};
