/** Translates what Slack's Web API and its client fail with. */
import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';
import { BotError, type ErrorCode, safeCause } from '../../src/domain/errors.ts';

/**
 * Slack's codes in an `ok: false`. What is not listed is `platform_rejected`: Slack understood, and refuses this call as it stands.
 * A refused token is `platform_forbidden`, as being thrown out everywhere: the answer can't be shown, so the model must not go on.
 */
const codes: Readonly<Record<string, ErrorCode>> = {
  message_not_found: 'reply_deleted',
  thread_not_found: 'reply_deleted',
  /** The asker pressed Slack's own "Stop" under a stream. A stream takes it for ours; elsewhere it is like a reply that was taken away. */
  stopped_by_user: 'reply_deleted',

  block_mismatch: 'reply_uneditable',
  cant_delete_message: 'reply_uneditable',
  cant_update_message: 'reply_uneditable',
  edit_window_closed: 'reply_uneditable',
  message_not_owned_by_app: 'reply_uneditable',

  access_denied: 'platform_forbidden',
  accesslimited: 'platform_forbidden',
  app_access_restricted: 'platform_forbidden',
  cannot_reply_to_message: 'platform_forbidden',
  channel_not_found: 'platform_forbidden',
  ekm_access_denied: 'platform_forbidden',
  enterprise_is_restricted: 'platform_forbidden',
  invalid_channel: 'platform_forbidden',
  is_archived: 'platform_forbidden',
  is_inactive: 'platform_forbidden',
  messages_tab_disabled: 'platform_forbidden',
  missing_scope: 'platform_forbidden',
  no_permission: 'platform_forbidden',
  not_in_channel: 'platform_forbidden',
  org_login_required: 'platform_forbidden',
  posting_to_channel_denied: 'platform_forbidden',
  restricted_action: 'platform_forbidden',
  restricted_action_non_threadable_channel: 'platform_forbidden',
  restricted_action_read_only_channel: 'platform_forbidden',
  restricted_action_thread_locked: 'platform_forbidden',
  restricted_action_thread_only_channel: 'platform_forbidden',
  team_access_not_granted: 'platform_forbidden',
  account_inactive: 'platform_forbidden',
  invalid_auth: 'platform_forbidden',
  not_authed: 'platform_forbidden',
  token_expired: 'platform_forbidden',
  token_revoked: 'platform_forbidden',

  message_limit_exceeded: 'platform_rate_limited',
  rate_limited: 'platform_rate_limited',
  ratelimited: 'platform_rate_limited',

  external_channel_migrating: 'platform_unavailable',
  fatal_error: 'platform_unavailable',
  file_update_failed: 'platform_unavailable',
  internal_error: 'platform_unavailable',
  messaging_processing_failed: 'platform_unavailable',
  request_timeout: 'platform_unavailable',
  service_unavailable: 'platform_unavailable',
  team_added_to_org: 'platform_unavailable',
  update_failed: 'platform_unavailable',
};

const goneCodes: ReadonlySet<string> = new Set([
  'account_inactive',
  'invalid_auth',
  'token_revoked',
]);

const tokenCodes: ReadonlySet<string> = new Set([
  'account_inactive',
  'invalid_auth',
  'missing_scope',
  'not_authed',
  'token_expired',
  'token_revoked',
]);

/** Whether Slack says that the token is no token any more, which no call can change. */
export const isTokenGone = (error: BotError): boolean => goneCodes.has(slackCodeOf(error) ?? '');

/** Slack's own code in a failure that `translateSlackError` made; undefined when Slack gave none. */
export const slackCodeOf = ({ details }: BotError): string | undefined => {
  const { slackCode } = details;
  return typeof slackCode === 'string' ? slackCode : undefined;
};

/** Whether the operator has to do something about the app's token, whatever the call was. */
export const isTokenRefusal = (error: BotError): boolean =>
  tokenCodes.has(String(error.details['slackCode']));

/**
 * `details` hold the method and Slack's code. Anything but an answer of Slack (a timeout, a dropped connection, a status of 500, an answer
 * that is no JSON) is `platform_unavailable`: whether the call took effect is not known.
 *
 * @see https://docs.slack.dev/apis/web-api#responses
 */
export const translateSlackError = (error: unknown, method: string): BotError => {
  if (error instanceof BotError) return error;
  if (error instanceof WebAPIRateLimitedError)
    return new BotError('platform_rate_limited', {
      retryAfterMs: error.retryAfter * 1_000,
      details: { method },
    });
  if (!(error instanceof WebAPIPlatformError)) return unavailable(error, method);
  const slackCode = error.data.error;
  if (!/^[a-z_]{1,64}$/.test(slackCode)) return unavailable(error, method);
  const code = codes[slackCode] ?? 'platform_rejected';
  const retryAfterS = error.data.response_metadata?.retryAfter;
  return new BotError(code, {
    cause: { name: error.name, vendorCode: slackCode },
    details: { method, slackCode },
    ...(code === 'platform_rate_limited' && retryAfterS !== undefined
      ? { retryAfterMs: retryAfterS * 1_000 }
      : {}),
  });
};

const unavailable = (error: unknown, method: string): BotError =>
  new BotError('platform_unavailable', {
    cause: safeCause(error),
    details: {
      method,
      ...(error instanceof WebAPIHTTPError ? { status: error.statusCode } : {}),
    },
  });
