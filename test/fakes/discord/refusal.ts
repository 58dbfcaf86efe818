/**
 * What Discord does not do, and how it says so: its code, its HTTP status, its words.
 * @see https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
 */
import type { Json } from './world.ts';

const codes = {
  unauthorized: [401, '401: Unauthorized'],
  notFound: [404, '404: Not Found'],
  10003: [404, 'Unknown Channel'],
  10004: [404, 'Unknown Guild'],
  10007: [404, 'Unknown Member'],
  10008: [404, 'Unknown Message'],
  10013: [404, 'Unknown User'],
  10015: [404, 'Unknown Webhook'],
  10062: [404, 'Unknown interaction'],
  10063: [404, 'Unknown application command'],
  30046: [429, 'Maximum number of edits to messages older than 1 hour reached. Try again later'],
  40005: [413, 'Request entity too large'],
  40060: [400, 'Interaction has already been acknowledged.'],
  40067: [400, 'A tag is required to create a forum post in this channel'],
  50001: [403, 'Missing Access'],
  50005: [403, 'Cannot edit a message authored by another user'],
  50006: [400, 'Cannot send an empty message'],
  50007: [403, 'Cannot send messages to this user'],
  50008: [400, 'Cannot send messages in a non-text channel'],
  50013: [403, 'Missing Permissions'],
  50024: [400, 'Cannot execute action on this channel type'],
  50027: [401, 'Invalid Webhook Token'],
  50033: [400, 'Invalid Recipient(s)'],
  50034: [400, 'You can only bulk delete messages that are under 14 days old.'],
  50035: [400, 'Invalid Form Body'],
  50083: [400, 'Thread is archived'],
  50109: [400, 'The request body contains invalid JSON.'],
  50278: [403, 'Cannot send message to this user due to having no mutual guilds'],
  160002: [400, 'Cannot reply without permission to read message history'],
  160004: [400, 'A thread has already been created for this message'],
  160005: [400, 'Thread is locked'],
  160006: [400, 'Maximum number of active threads reached'],
} as const satisfies Record<string | number, readonly [number, string]>;

export type RefusalCode = keyof typeof codes;

/** The status that usually comes with one of Discord's codes. */
export const statusOf = (code: number): number => {
  const known: Readonly<Record<string, readonly [number, string]>> = codes;
  return known[code]?.[0] ?? 400;
};

export class DiscordRefusal extends Error {
  readonly status: number;
  /** 0 where there is only a status. */
  readonly code: number;
  readonly errors: Json | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(
    code: RefusalCode,
    more: { readonly errors?: Json; readonly retryAfterMs?: number } = {},
  ) {
    super(codes[code][1]);
    this.status = codes[code][0];
    this.code = typeof code === 'number' ? code : 0;
    this.errors = more.errors;
    this.retryAfterMs = more.retryAfterMs;
  }
}

/** 50035, with the field that it is about: `content`, `components.0.components.2.label`. */
export const invalidForm = (
  field: string,
  { code, message }: { readonly code: string; readonly message: string },
): DiscordRefusal => {
  const leaf: Json = { _errors: [{ code, message }] };
  const errors = field.split('.').reduceRight<Json>((inner, key) => ({ [key]: inner }), leaf);
  return new DiscordRefusal(50035, { errors });
};

export const tooLong = (field: string, max: number): DiscordRefusal =>
  invalidForm(field, {
    ...{ code: 'BASE_TYPE_MAX_LENGTH', message: `Must be ${max} or fewer in length.` },
  });

export const badLength = (field: string, min: number, max: number): DiscordRefusal =>
  invalidForm(field, {
    code: 'BASE_TYPE_BAD_LENGTH',
    message: `Must be between ${min} and ${max} in length.`,
  });

export const notAChoice = (field: string, choices: readonly unknown[]): DiscordRefusal =>
  invalidForm(field, {
    code: 'BASE_TYPE_CHOICES',
    message: `Value must be one of (${choices.join(', ')}).`,
  });

export const refusalBody = (refusal: DiscordRefusal): Json => ({
  message: refusal.message,
  code: refusal.code,
  ...(refusal.errors ? { errors: refusal.errors } : {}),
  ...(refusal.retryAfterMs === undefined
    ? {}
    : { retry_after: refusal.retryAfterMs / 1000, global: false }),
});
