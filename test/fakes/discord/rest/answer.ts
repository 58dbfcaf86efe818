/**
 * Answers as they go over the wire, those of the limits among them.
 * @see https://discord.com/developers/docs/topics/rate-limits#exceeding-a-rate-limit
 */
import type { ServerResponse } from 'node:http';
import type { LimitedBy } from '../rate-limits.ts';

export interface Answer {
  readonly status: number;
  /** Absent: nothing but the status. */
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** Of a 429. */
  readonly scope?: LimitedBy['scope'];
}

export const tooMany = (
  { scope, retryAfterMs }: LimitedBy,
  { headers = {}, code = 0 }: { headers?: Record<string, string>; code?: number } = {},
): Answer => {
  const isGlobal = scope === 'global';
  return {
    ...{ status: 429, scope },
    body: {
      message: isGlobal ? 'You are being rate limited.' : 'The resource is being rate limited.',
      ...{ retry_after: retryAfterMs / 1000, global: isGlobal },
      ...(code === 0 ? {} : { code }),
    },
    headers: {
      ...headers,
      ...{ 'retry-after': String(Math.ceil(retryAfterMs / 1000)), 'x-ratelimit-scope': scope },
      ...(isGlobal ? { 'x-ratelimit-global': 'true' } : {}),
    },
  };
};

/** Of Cloudflare, not of Discord: no JSON. */
export const banned: Answer = {
  ...{ status: 429, body: 'error code: 1015' },
  headers: { 'retry-after': '3600' },
};

export const writeAnswer = (
  response: ServerResponse,
  { status, body, headers = {} }: Answer,
): void => {
  const isText = typeof body === 'string';
  const contentType = isText ? 'text/plain' : 'application/json';
  response.writeHead(status, {
    ...(body === undefined ? {} : { 'content-type': contentType }),
    ...headers,
  });
  response.end(isText || body === undefined ? body : JSON.stringify(body));
};
