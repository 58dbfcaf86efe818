/** Translates what Discord's REST API and its client fail with. */
import { DiscordAPIError, HTTPError } from '@discordjs/rest';
import { RESTJSONErrorCodes as Code } from 'discord-api-types/v10';
import { BotError, type ErrorCode, type SafeCause, safeCause } from '../../src/domain/errors.ts';

/** Discord's codes that say more than the status does. */
const codes: Readonly<Record<number, ErrorCode>> = {
  [Code.UnknownMessage]: 'reply_deleted',

  [Code.MaximumNumberOfEditsToMessagesOlderThanOneHourReached]: 'reply_uneditable',
  [Code.CannotEditMessageAuthoredByAnotherUser]: 'reply_uneditable',

  [Code.UnknownChannel]: 'platform_forbidden',
  [Code.UnknownGuild]: 'platform_forbidden',
  [Code.UnknownWebhook]: 'platform_forbidden',
  [Code.MissingAccess]: 'platform_forbidden',
  [Code.MissingPermissions]: 'platform_forbidden',
  [Code.CannotSendMessagesToThisUser]: 'platform_forbidden',
  [Code.CannotSendMessagesToThisUserDueToHavingNoMutualGuilds]: 'platform_forbidden',
  [Code.CannotSendMessagesInNonTextChannel]: 'platform_forbidden',
  [Code.InvalidWebhookToken]: 'platform_forbidden',
  [Code.ThreadLocked]: 'platform_forbidden',

  [Code.CannotSendAnEmptyMessage]: 'platform_rejected',
  [Code.InvalidFormBodyOrContentType]: 'platform_rejected',
  [Code.CannotReplyWithoutPermissionToReadMessageHistory]: 'platform_rejected',
  [Code.InvalidActionOnArchivedThread]: 'platform_rejected',
  [Code.MaximumActiveThreads]: 'platform_rejected',
  [Code.MessageWasBlockedByAutomaticModeration]: 'platform_rejected',
  [Code.TitleWasBlockedByAutomaticModeration]: 'platform_rejected',
  [Code.MessageBlockedByHarmfulLinksFilter]: 'platform_rejected',

  [Code.ChannelSendRateLimit]: 'platform_rate_limited',
  [Code.ServerSendRateLimit]: 'platform_rate_limited',
  [Code.ActionCannotBePerformedDueToSlowmodeRateLimit]: 'platform_rate_limited',
  [Code.OpeningDirectMessagesTooFast]: 'platform_rate_limited',
  [Code.ServiceResourceIsBeingRateLimited]: 'platform_rate_limited',
  [Code.APIResourceOverloaded]: 'platform_rate_limited',

  [Code.CloudflareIsBlockingYourRequest]: 'platform_unavailable',
};

/** Discord's own code in a failure of a call; undefined when Discord gave none. */
export const discordCodeOf = ({ details }: BotError): number | undefined => {
  const { discordCode } = details;
  return typeof discordCode === 'number' ? discordCode : undefined;
};

/** The HTTP status of Discord's answer in a failure of a call; undefined when there was none. */
export const statusOf = ({ details }: BotError): number | undefined => {
  const { status } = details;
  return typeof status === 'number' ? status : undefined;
};

/**
 * `details` hold the method, Discord's code and the status. A status of 401 with the bot's token is `platform_unauthorized`. A code that is not listed, of a refusal
 * (400 to 499), is `platform_forbidden` by 401 and 403, otherwise
 * `platform_rejected`: Discord understood, and refuses this call as it stands. Anything but an answer of Discord (a timeout, a dropped connection, a status of 500,
 * an answer of another shape) is `platform_unavailable`: whether the call took effect is not known.
 *
 * @see https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
 */
export const translateDiscordError = (
  error: unknown,
  { method, isWithToken }: { readonly method: string; readonly isWithToken: boolean },
): BotError => {
  if (error instanceof BotError) return error;
  if (error instanceof HTTPError) return unavailable(error, { method, status: error.status });
  if (!(error instanceof DiscordAPIError)) return unavailable(error, { method });
  const { status, code: given } = error;
  const isRefusal = status === 401 || status === 403;
  if (typeof given !== 'number' && !isRefusal) return unavailable(error, { method, status });
  const discordCode = typeof given === 'number' ? given : 0;
  const otherwise = isRefusal ? 'platform_forbidden' : 'platform_rejected';
  const code = status === 401 && isWithToken ? 'platform_unauthorized' : codes[discordCode];
  return new BotError(code ?? otherwise, {
    cause: { name: 'DiscordAPIError', status, vendorCode: String(discordCode) },
    details: { method, discordCode, status },
  });
};

/** A wait is told in these steps, upwards: Discord counts in its own time, to which our clock is some milliseconds behind or ahead. */
const waitStepMs = 10;

/** `foreseen`: nothing was sent; otherwise Discord answered with a status of 429. */
export const rateLimited = (
  waitMs: number,
  { isGlobal, isForeseen }: { readonly isGlobal: boolean; readonly isForeseen: boolean },
): BotError =>
  new BotError('platform_rate_limited', {
    retryAfterMs: Math.ceil(Math.max(1, waitMs) / waitStepMs) * waitStepMs,
    details: { global: isGlobal, ...(isForeseen ? { foreseen: true } : { status: 429 }) },
  });

const unavailable = (
  error: unknown,
  details: { readonly method: string; readonly status?: number },
): BotError => new BotError('platform_unavailable', { cause: safeDiscordCause(error), details });

const apiError = 'DiscordAPIError';

/** Discord's client names a refusal after its code, and takes for the code whatever the answer holds: of such an error only the kind and the status are kept. */
export const safeDiscordCause = (error: unknown): SafeCause => {
  const { vendorCode, ...cause } = safeCause(error);
  if (cause.name.startsWith(apiError)) return { ...cause, name: apiError };
  return vendorCode === undefined ? cause : { ...cause, vendorCode };
};
