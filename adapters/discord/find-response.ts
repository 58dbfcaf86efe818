/** Finds the message that stands for a command: only Discord's answer to the deferral tells it, and that may have been lost, or be still on its way. */
import { RESTJSONErrorCodes as Code, Routes } from 'discord-api-types/v10';
import * as z from 'zod';
import { toBotError } from '../../src/domain/errors.ts';
import type { TurnId } from '../../src/domain/ids.ts';
import { discordCodeOf } from './discord-errors.ts';
import type { DiscordSpeech } from './discord-speech.ts';
import type { DiscordCommand } from './reply-address.ts';
import { createResponseToken } from './response-token.ts';
import { madeAtMs, snowflake } from './snowflake.ts';

/** Discord takes a deferral within three seconds of the command. */
const waitsMs = [100, 200, 400, 800, 1_000, 1_000, 1_000];
/** Of an older command nothing is on its way; far more than the waits, for clocks differ. */
const youngMs = 60_000;
/** A response stands soon behind its command; more is a channel that never rests. */
const pageSize = 100;

const responseSchema = z.object({ id: snowflake });
const historySchema = z.array(
  z.object({ id: snowflake, interaction_metadata: z.object({ id: snowflake }).nullish() }),
);

/**
 * Its id, by the command's token while that lives, else among the next 100 messages of the channel. `deleted`: Discord says that it is gone. Undefined: it is
 * nowhere to be found, since Discord took no deferral, or since the bot may not read there.
 *
 * A command of the last minute may be deferred a little later than its turn is stored, so it is waited for, 4.5 s at most. Throws `platform_unavailable`,
 * `platform_rate_limited`, and the signal's reason. Costs one call where it stands and the token lives.
 *
 * @see https://docs.discord.com/developers/interactions/receiving-and-responding#get-original-interaction-response
 */
export const findResponse = async (
  deps: Pick<DiscordSpeech, 'call' | 'box' | 'clock' | 'log'>,
  options: {
    readonly turnId: TurnId;
    readonly command: DiscordCommand;
    readonly channel: string;
    readonly signal: AbortSignal;
  },
): Promise<string | 'deleted' | undefined> => {
  const { call, clock } = deps;
  const { turnId, command, channel, signal } = options;

  /** False: there is no token to ask by. Undefined: it knows of no response. */
  const byToken = async (): Promise<string | 'deleted' | false | undefined> => {
    const token = createResponseToken(deps, { turnId, response: command });
    if (!token.isUsable()) return false;
    try {
      const found = await token.call(
        { method: 'GET' },
        {
          route: (application, opened) => Routes.webhookMessage(application, opened, '@original'),
          answer: responseSchema,
        },
      );
      return found?.answer.id;
    } catch (error) {
      if (discordCodeOf(toBotError(error)) === Code.UnknownMessage) return 'deleted';
      throw error;
    }
  };
  const inHistory = async (): Promise<string | undefined> => {
    const query = new URLSearchParams({ after: command.interaction, limit: String(pageSize) });
    const route = Routes.channelMessages(channel);
    try {
      const history = await call({ method: 'GET', route, query }, { answer: historySchema });
      return history.find((each) => each.interaction_metadata?.id === command.interaction)?.id;
    } catch (error) {
      if (toBotError(error).retryable) throw error;
      return undefined;
    }
  };

  const isYoung = clock.now() - madeAtMs(command.interaction) < youngMs;
  let found = await byToken();
  for (const waitMs of isYoung ? waitsMs : []) {
    if (found !== undefined && found !== 'deleted') break;
    await clock.sleep(waitMs, { signal });
    found = await byToken();
  }
  return found || (await inHistory());
};
