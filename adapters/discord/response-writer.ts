/** Writes into a command's deferred response: by the command's own token while it lives, as into any message of ours from then on. */
import { RESTJSONErrorCodes as Code, Routes } from 'discord-api-types/v10';
import * as z from 'zod';
import { toBotError } from '../../src/domain/errors.ts';
import type { Turn } from '../../src/domain/turn.ts';
import type { DiscordRequest } from './discord-call.ts';
import { discordCodeOf, statusOf } from './discord-errors.ts';
import type { DiscordSpeech } from './discord-speech.ts';
import type { MessageBody } from './message-body.ts';
import { type DiscordResponse, tokenContext } from './reply-address.ts';
import type { ReplyMessages } from './reply-messages.ts';

export type ResponseWriter = Pick<ReplyMessages, 'edit' | 'remove'>;

/** The token may end before its time. */
const unusedMs = 60_000;

/** Whether the token is good for edits, which then have a limit of their own. */
export const isTokenAlive = ({ expiresAtMs }: DiscordResponse, nowMs: number): boolean =>
  nowMs < expiresAtMs - unusedMs;

/**
 * The token works where the bot may not write, and counts against no limit of the bot's. Refused once, it is not used again.
 *
 * @see https://docs.discord.com/developers/interactions/receiving-and-responding#edit-original-interaction-response
 */
export const createResponseWriter = (
  deps: Pick<DiscordSpeech, 'call' | 'box' | 'clock' | 'log'>,
  options: {
    readonly turn: Turn;
    readonly response: DiscordResponse;
    /** How the bot itself writes there. */
    readonly messages: ReplyMessages;
  },
): ResponseWriter => {
  const { call, box, clock, log } = deps;
  const { turn, response, messages } = options;
  const { applicationId, message } = response;
  let token: string | undefined;
  let isRefused = false;

  const open = (): string | undefined => {
    if (isRefused || !isTokenAlive(response, clock.now())) return undefined;
    try {
      token ??= box.open(response.sealedToken, tokenContext(applicationId, message));
    } catch (error) {
      isRefused = true;
      log.warn('token of a command not opened', { turnId: turn.id, code: toBotError(error).code });
    }
    return token;
  };
  /** Whether Discord took it. */
  const byToken = async (request: Pick<DiscordRequest, 'method' | 'body'>): Promise<boolean> => {
    const opened = open();
    if (opened === undefined) return false;
    const route = Routes.webhookMessage(applicationId, opened);
    try {
      await call({ ...request, route, auth: false }, { answer: z.unknown() });
      return true;
    } catch (error) {
      const failure = toBotError(error);
      const status = statusOf(failure);
      const isGone = discordCodeOf(failure) === Code.UnknownMessage;
      const isTokens = discordCodeOf(failure) === Code.InvalidWebhookToken;
      if (isGone || !(isTokens || status === 401 || status === 404)) throw failure;
      isRefused = true;
      return false;
    }
  };

  return {
    async edit(id, body: MessageBody) {
      if (!(await byToken({ method: 'PATCH', body }))) await messages.edit(id, body);
    },
    async remove(id) {
      try {
        if (await byToken({ method: 'DELETE' })) return;
      } catch (error) {
        if (toBotError(error).code === 'reply_deleted') return;
        throw error;
      }
      await messages.remove(id);
    },
  };
};
