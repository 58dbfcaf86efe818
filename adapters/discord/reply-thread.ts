/** Makes the thread that the answer to a message goes to. */
import { RESTJSONErrorCodes as Code, Routes } from 'discord-api-types/v10';
import * as z from 'zod';
import { toBotError } from '../../src/domain/errors.ts';
import type { Turn } from '../../src/domain/turn.ts';
import { discordCodeOf } from './discord-errors.ts';
import type { DiscordSpeech } from './discord-speech.ts';
import type { DiscordAddress } from './reply-address.ts';
import { snowflake } from './snowflake.ts';
import { threadName } from './thread-name.ts';

type ThreadDeps = Pick<DiscordSpeech, 'call' | 'threadRights' | 'log'>;

const threadSchema = z.object({ id: snowflake });

/**
 * The address from then on, or undefined when there is nothing to make. A message has one thread at most, with the message's id: one that stands already is
 * taken. Where none may be made, or the bot may not write in it, the answer replies to the question in the channel. Throws `reply_deleted` when the question is
 * gone, and what may pass.
 *
 * @see https://docs.discord.com/developers/resources/channel#start-thread-from-message
 */
export const openThreadOn = async (
  deps: ThreadDeps,
  { turn, address }: { readonly turn: Turn; readonly address: DiscordAddress },
): Promise<DiscordAddress | undefined> => {
  const { threadArchiveMinutes, ...standing } = address;
  const { channel, message } = standing;
  if (threadArchiveMinutes === undefined || message === undefined) return undefined;
  if (deps.threadRights.areClosed(channel)) return standing;
  const body = {
    name: threadName(turn.question.text),
    auto_archive_duration: Number(threadArchiveMinutes),
  };
  const thread = await make(deps, { channel, message, body });
  if (thread === undefined) return standing;
  if (await deps.threadRights.mayWrite(thread.id, { channel }))
    return { ...standing, channel: thread.id, questionChannel: channel };
  deps.log.warn('thread made that nothing may be written in', { turnId: turn.id, channel });
  if (thread.isNew) await putAway(deps, thread.id);
  return standing;
};

/** Undefined where none may be made. */
const make = async (
  { call }: ThreadDeps,
  { channel, message, body }: { channel: string; message: string; body: object },
): Promise<{ readonly id: string; readonly isNew: boolean } | undefined> => {
  const route = Routes.threads(channel, message);
  try {
    const { id } = await call({ method: 'POST', route, body }, { answer: threadSchema });
    return { id, isNew: true };
  } catch (error) {
    const failure = toBotError(error);
    if (discordCodeOf(failure) === Code.ThreadAlreadyCreatedForMessage)
      return { id: message, isNew: false };
    const isRefused = failure.code === 'platform_forbidden' || failure.code === 'platform_rejected';
    if (!isRefused) throw failure;
    return undefined;
  }
};

/** Who made a thread may archive it, and only who manages threads may delete it. Best effort: an empty thread harms nobody. */
const putAway = async ({ call }: ThreadDeps, thread: string): Promise<void> => {
  const route = Routes.channel(thread);
  try {
    await call({ method: 'DELETE', route }, { answer: z.unknown() });
  } catch {
    const body = { archived: true };
    await call({ method: 'PATCH', route, body }, { answer: z.unknown() }).catch(() => undefined);
  }
};
