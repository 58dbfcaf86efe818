/** Answers interactions: Discord waits 3 s for the first answer, and takes one only. */
import {
  RESTJSONErrorCodes as Code,
  InteractionResponseType,
  MessageFlags,
  Routes,
} from 'discord-api-types/v10';
import * as z from 'zod';
import { type BotError, toBotError } from '../../src/domain/errors.ts';
import type { Log } from '../../src/ports/log.ts';
import type { DiscordApi } from './discord-call.ts';
import type { Gesture } from './parse-interaction.ts';

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
   * Shows everybody that an answer is being thought of. `refused`: nobody does, the person reads Discord's own error. `unknown`: it is not ours to answer, or
   * nobody knows whether Discord took it.
   */
  defer(gesture: Gesture): Promise<'deferred' | 'refused' | 'unknown'>;
  /** Puts a sentence where a deferred answer was to stand. */
  replaceDeferred(gesture: Gesture, content: string): Promise<void>;
}

/** Too late, or answered by another process. */
const passed: ReadonlySet<unknown> = new Set([
  Code.UnknownInteraction,
  Code.InteractionHasAlreadyBeenAcknowledged,
]);
/** Of a response: there is none, or it was deleted. */
const missing: ReadonlySet<unknown> = new Set([Code.UnknownWebhook, Code.UnknownMessage]);

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

  const callback = (
    { id, token }: Gesture,
    body: { readonly type: InteractionResponseType; readonly data?: unknown },
  ): Promise<unknown> => {
    const route = Routes.interactionCallback(id, token);
    return call({ method: 'POST', route, body, auth: false }, { answer: z.unknown() });
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
      await callback(gesture, body);
    } catch (error) {
      failed(gesture, toBotError(error));
    }
  };

  /** Where Discord's answer was lost, or says that it is too late, whether a response stands tells more. */
  const hasResponse = async (gesture: Gesture): Promise<boolean | undefined> => {
    try {
      await call({ method: 'GET', ...original(gesture) }, { answer: z.unknown() });
      return true;
    } catch (error) {
      return missing.has(toBotError(error).details['discordCode']) ? false : undefined;
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
        await callback(gesture, {
          type: InteractionResponseType.DeferredChannelMessageWithSource,
        });
        return 'deferred';
      } catch (error) {
        const failure = toBotError(error);
        const isLost = failure.code === 'platform_unavailable';
        const isTooLate = failure.details['discordCode'] === Code.UnknownInteraction;
        const stands = isLost || isTooLate ? await hasResponse(gesture) : undefined;
        if (isLost && stands === true) return 'deferred';
        failed(gesture, failure);
        return isTooLate && stands === false ? 'refused' : 'unknown';
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
