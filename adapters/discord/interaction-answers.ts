/** Answers interactions: Discord waits 3 s for the first answer, and takes one only. */
import { InteractionResponseType, MessageFlags, Routes } from 'discord-api-types/v10';
import * as z from 'zod';
import { type BotError, toBotError } from '../../src/domain/errors.ts';
import type { Log } from '../../src/ports/log.ts';
import type { DiscordApi } from './discord-call.ts';
import type { Gesture } from './parse-interaction.ts';
import { snowflake } from './snowflake.ts';

/** What only the person sees. */
export interface PrivateAnswer {
  readonly content: string;
  readonly embeds?: readonly Readonly<Record<string, unknown>>[];
}

type Form = Readonly<Record<string, unknown>>;

/** None rejects: an interaction that was answered already, or that nobody waits for any more, is a line in the log. */
export interface InteractionAnswers {
  /** Tells the person alone, as the first answer. */
  tell(gesture: Gesture, answer: PrivateAnswer): Promise<void>;
  /** Says that it is done, with nothing to show. */
  acknowledge(gesture: Gesture): Promise<void>;
  openForm(gesture: Gesture, form: Form): Promise<void>;
  /**
   * Shows everybody that an answer is being thought of. Resolves with the id of the message that will hold it; undefined when it is not ours to answer, or
   * Discord did not take it.
   */
  defer(gesture: Gesture): Promise<string | undefined>;
  /** Puts a sentence where a deferred answer was to stand. */
  replaceDeferred(gesture: Gesture, content: string): Promise<void>;
}

/** Answered by another process, or too late. */
const passed: ReadonlySet<unknown> = new Set([10_062, 40_060]);

const deferredSchema = z.object({ interaction: z.object({ response_message_id: snowflake }) });
const originalSchema = z.object({ id: snowflake });

/**
 * The calls go without the bot's token: they count against no limit of it.
 *
 * @see https://docs.discord.com/developers/interactions/receiving-and-responding#responding-to-an-interaction
 */
export const createInteractionAnswers = (deps: {
  readonly api: Pick<DiscordApi, 'call'>;
  readonly log: Log;
}): InteractionAnswers => {
  const { log } = deps;
  const { call } = deps.api;

  const callback = <Answer>(
    { id, token }: Gesture,
    body: { readonly type: InteractionResponseType; readonly data?: unknown },
    answer: z.ZodType<Answer>,
  ): Promise<Answer> => {
    const query = new URLSearchParams({ with_response: 'true' });
    const route = Routes.interactionCallback(id, token);
    return call({ method: 'POST', route, query, body, auth: false }, { answer });
  };
  const original = ({ applicationId, token }: Gesture) =>
    ({ route: Routes.webhookMessage(applicationId, token, '@original'), auth: false }) as const;

  const failed = ({ id: interaction, user, channel }: Gesture, error: BotError): undefined => {
    const { code, details } = error;
    if (passed.has(details['discordCode']))
      log.info('discord interaction answered elsewhere or too late', { interaction });
    else log.warn('discord interaction not answered', { code, interaction, user, channel });
  };
  const first = async (
    gesture: Gesture,
    body: { readonly type: InteractionResponseType; readonly data?: unknown },
  ): Promise<void> => {
    try {
      await callback(gesture, body, z.unknown());
    } catch (error) {
      failed(gesture, toBotError(error));
    }
  };

  /** Where Discord's answer was lost, whether it stands tells whether it was taken. */
  const deferOnce = async (gesture: Gesture): Promise<string> => {
    try {
      const body = { type: InteractionResponseType.DeferredChannelMessageWithSource };
      const { interaction } = await callback(gesture, body, deferredSchema);
      return interaction.response_message_id;
    } catch (error) {
      if (toBotError(error).code !== 'platform_unavailable') throw error;
      const standing = { method: 'GET', ...original(gesture) } as const;
      return (await call(standing, { answer: originalSchema })).id;
    }
  };

  return {
    tell: (gesture, answer) =>
      first(gesture, {
        type: InteractionResponseType.ChannelMessageWithSource,
        data: { ...answer, flags: MessageFlags.Ephemeral, allowed_mentions: { parse: [] } },
      }),
    acknowledge: (gesture) =>
      first(gesture, { type: InteractionResponseType.DeferredMessageUpdate }),
    openForm: (gesture, data) => first(gesture, { type: InteractionResponseType.Modal, data }),
    async defer(gesture) {
      try {
        return await deferOnce(gesture);
      } catch (error) {
        return failed(gesture, toBotError(error));
      }
    },
    async replaceDeferred(gesture, content) {
      const body = { content, allowed_mentions: { parse: [] } };
      try {
        await call({ method: 'PATCH', ...original(gesture), body }, { answer: z.unknown() });
      } catch (error) {
        failed(gesture, toBotError(error));
      }
    },
  };
};
