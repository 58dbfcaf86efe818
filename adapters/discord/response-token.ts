/** A command's token: opened when it is first needed, used while Discord takes it. */
import { RESTJSONErrorCodes as Code } from 'discord-api-types/v10';
import type * as z from 'zod';
import { toBotError } from '../../src/domain/errors.ts';
import type { TurnId } from '../../src/domain/ids.ts';
import type { DiscordRequest } from './discord-call.ts';
import { discordCodeOf, statusOf } from './discord-errors.ts';
import type { DiscordSpeech } from './discord-speech.ts';
import { type DiscordCommand, type DiscordResponse, sealedFor } from './reply-address.ts';

export interface ResponseToken {
  /** Whether the next call would be sent. */
  isUsable(): boolean;
  /** Undefined when there is no token to use, or Discord does not take it any more: nothing was done then. Throws whatever else Discord refuses. */
  call<Answer>(
    request: Pick<DiscordRequest, 'method' | 'body' | 'files'>,
    options: {
      readonly route: (applicationId: string, token: string) => DiscordRequest['route'];
      readonly answer: z.ZodType<Answer>;
    },
  ): Promise<{ readonly answer: Answer } | undefined>;
}

/** The token may end before its time. */
const unusedMs = 60_000;

/** Whether the token is good for posts and edits, which then have limits of their own. */
export const isTokenAlive = (
  { expiresAtMs }: Pick<DiscordResponse, 'expiresAtMs'>,
  nowMs: number,
): boolean => nowMs < expiresAtMs - unusedMs;

/** Works where the bot may not write, and counts against no limit of the bot's. Refused once, it is not used again. */
export const createResponseToken = (
  deps: Pick<DiscordSpeech, 'call' | 'box' | 'clock' | 'log'>,
  options: { readonly turnId: TurnId; readonly response: DiscordResponse | DiscordCommand },
): ResponseToken => {
  const { call, box, clock, log } = deps;
  const { turnId, response } = options;
  const { applicationId } = response;
  let token: string | undefined;
  let isRefused = false;

  const open = (): string | undefined => {
    if (isRefused || !isTokenAlive(response, clock.now())) return undefined;
    try {
      token ??= box.open(response.sealedToken, sealedFor(response));
    } catch (error) {
      isRefused = true;
      log.warn('token of a command not opened', { turnId, code: toBotError(error).code });
    }
    return token;
  };

  return {
    isUsable: () => open() !== undefined,
    async call(request, { route, answer }) {
      const opened = open();
      if (opened === undefined) return undefined;
      const byToken = { ...request, route: route(applicationId, opened), auth: false } as const;
      try {
        return { answer: await call(byToken, { answer }) };
      } catch (error) {
        const failure = toBotError(error);
        const status = statusOf(failure);
        const isGone = discordCodeOf(failure) === Code.UnknownMessage;
        const isTokens = discordCodeOf(failure) === Code.InvalidWebhookToken;
        if (isGone || !(isTokens || status === 401 || status === 404)) throw failure;
        isRefused = true;
        return undefined;
      }
    },
  };
};
