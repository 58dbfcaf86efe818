/** One HTTP request of Discord's client: what the answer tells of limits is learned, and a 429 is put so that the client understands all of it. */
import type { RESTOptions } from '@discordjs/rest';
import { RESTJSONErrorCodes } from 'discord-api-types/v10';
import * as z from 'zod';
import type { InvalidRequestGuard } from './invalid-request-guard.ts';
import type { MessageLimits } from './message-limits.ts';

const limitedSchema = z.object({
  code: z.number().nullish(),
  retry_after: z.number().nonnegative().nullish(),
  global: z.boolean().nullish(),
});

export const createRestTransport =
  (deps: {
    readonly guard: InvalidRequestGuard;
    readonly limits: MessageLimits;
  }): RESTOptions['makeRequest'] =>
  async (url, init) => {
    // The client's types are those of the undici that it brings along; what runs is Node's own.
    const response = await fetch(url, init as unknown as RequestInit);
    const { status, headers } = response;
    deps.guard.note({ status, scope: headers.get('x-ratelimit-scope') });
    deps.limits.note({ method: init.method ?? 'GET', url: url.split('?')[0] ?? url }, headers);
    return (status === 429 ? await explained(response) : response) as Awaited<
      ReturnType<RESTOptions['makeRequest']>
    >;
  };

/**
 * The client never reads the body of a 429, which holds the exact wait, and Discord's code: too many edits of an old message (30046) pass with no wait, so that
 * becomes a plain refusal. A 429 closes its bucket for that long, in this process at least. An answer that is not the API's own is Cloudflare's, and means all calls.
 *
 * @see https://docs.discord.com/developers/topics/rate-limits#exceeding-a-rate-limit
 */
const explained = async (response: Response): Promise<Response> => {
  const body = await response.text();
  const told = limitedSchema.safeParse(parseJson(body)).data;
  const headers = new Headers(response.headers);
  if (told?.code === RESTJSONErrorCodes.MaximumNumberOfEditsToMessagesOlderThanOneHourReached)
    return new Response(body, { status: 400, headers });
  const waitS = told?.retry_after ?? (Number(headers.get('retry-after')) || 1);
  headers.set('retry-after', String(waitS));
  if (told === undefined || told.global === true) headers.set('x-ratelimit-global', 'true');
  if (!headers.has('x-ratelimit-global')) {
    headers.set('x-ratelimit-remaining', '0');
    headers.set('x-ratelimit-reset-after', String(waitS));
  }
  return new Response(body, { status: 429, headers });
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // JSON.parse says only that it is no JSON, and quotes the text.
    return undefined;
  }
};
