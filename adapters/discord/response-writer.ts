/** Writes a command's answer: its deferred response and follow-ups to that, by the command's own token while it lives, as any messages of ours from then on. */
import { RESTJSONErrorCodes as Code, Routes } from 'discord-api-types/v10';
import * as z from 'zod';
import { type BotError, toBotError } from '../../src/domain/errors.ts';
import type { Turn } from '../../src/domain/turn.ts';
import type { DiscordRequest } from './discord-call.ts';
import { discordCodeOf } from './discord-errors.ts';
import type { DiscordSpeech } from './discord-speech.ts';
import type { DiscordResponse } from './reply-address.ts';
import type { NewMessage, ReplyMessages } from './reply-messages.ts';
import { createResponseToken } from './response-token.ts';
import { snowflake } from './snowflake.ts';
import { noMessages } from './turn-messages.ts';

const postedSchema = z.object({ id: snowflake });

/**
 * A follow-up replies to the response by itself, and takes no nonce: a post whose outcome is unknown is looked for among our messages, so that it can stand twice
 * where the bot may not read them.
 *
 * @see https://docs.discord.com/developers/interactions/receiving-and-responding#followup-messages
 */
export const createResponseWriter = (
  deps: Pick<DiscordSpeech, 'call' | 'box' | 'clock' | 'log'>,
  options: {
    readonly turn: Turn;
    readonly response: DiscordResponse;
    /** How the bot itself writes there. */
    readonly messages: ReplyMessages;
    /** Whether an answer stands in the response already, or it was taken away: no "thinking" any more. */
    readonly isWritten: boolean;
  },
): ReplyMessages => {
  const { turn, response, messages } = options;
  const token = createResponseToken(deps, { turnId: turn.id, response });
  let { isWritten } = options;
  /** Messages that the bot posted or changed by itself. */
  const botsOwn = new Set<string>();

  const byToken = async (
    id: string,
    request: Pick<DiscordRequest, 'method' | 'body'>,
  ): Promise<boolean> => {
    const named = id === response.message ? '@original' : id;
    const done = await token.call(request, {
      route: (applicationId, opened) => Routes.webhookMessage(applicationId, opened, named),
      answer: z.unknown(),
    });
    return done !== undefined;
  };
  /** A message that the token does not know is the bot's own, or gone: the latter where the bot is not let in, for there it posts nothing. */
  const change = async (
    id: string,
    request: Pick<DiscordRequest, 'method' | 'body'>,
    byBot: () => Promise<void>,
  ): Promise<void> => {
    let unknown: BotError | undefined;
    try {
      if (!botsOwn.has(id) && (await byToken(id, request))) return;
    } catch (error) {
      const failure = toBotError(error);
      // The bot opens the thread again.
      const isArchived = discordCodeOf(failure) === Code.InvalidActionOnArchivedThread;
      const isUnknown = failure.code === 'reply_deleted' && id !== response.message;
      if (!isArchived && !isUnknown) throw failure;
      if (isUnknown) unknown = failure;
    }
    try {
      await byBot();
      botsOwn.add(id);
    } catch (error) {
      const failure = toBotError(error);
      throw failure.code === 'platform_forbidden' ? (unknown ?? failure) : failure;
    }
  };
  const followUp = async ({ body, files }: NewMessage): Promise<string | undefined> => {
    // It would take the place of "thinking".
    if (!isWritten) return undefined;
    const posted = await token.call(
      { method: 'POST', body, ...(files !== undefined && { files }) },
      { route: Routes.webhook, answer: postedSchema },
    );
    return posted?.answer.id;
  };

  return {
    async post(message) {
      const followed = await followUp(message);
      if (followed !== undefined) return followed;
      const id = await messages.post(message);
      botsOwn.add(id);
      return id;
    },
    async edit(id, body) {
      await change(id, { method: 'PATCH', body }, () => messages.edit(id, body));
      if (id === response.message) isWritten = true;
    },
    async remove(id) {
      try {
        await change(id, { method: 'DELETE' }, () => messages.remove(id));
      } catch (error) {
        if (toBotError(error).code !== 'reply_deleted') throw error;
      }
      if (id === response.message) isWritten = true;
    },
    async read(signal) {
      try {
        return await messages.read(signal);
      } catch (error) {
        if (toBotError(error).code !== 'platform_forbidden' || !token.isUsable()) throw error;
        return noMessages;
      }
    },
  };
};
