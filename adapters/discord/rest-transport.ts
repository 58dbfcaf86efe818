/** One HTTP request of Discord's client: taken from the bot's budget, what its answer tells of limits is learned, and a 429 is put so that the client understands all of it. */
import type { RESTOptions } from '@discordjs/rest';
import { RESTJSONErrorCodes } from 'discord-api-types/v10';
import * as z from 'zod';
import { rateLimited } from './discord-errors.ts';
import type { InvalidRequestGuard } from './invalid-request-guard.ts';
import type { MessageLimits } from './message-limits.ts';
import type { RequestBudget } from './request-budget.ts';

const limitedSchema = z.object({
  code: z.number().nullish(),
  retry_after: z.number().nonnegative().nullish(),
  global: z.boolean().nullish(),
});

export const createRestTransport =
  (deps: {
    readonly guard: InvalidRequestGuard;
    readonly limits: MessageLimits;
    readonly requestBudget: RequestBudget;
  }): RESTOptions['makeRequest'] =>
  async (url, init) => {
    // The client's types are those of the undici that it brings along; what runs is Node's own.
    const request = init as unknown as RequestInit;
    const isCounted = new Headers(request.headers).has('authorization');
    // As late as here, since the client lets the calls of one bucket wait for each other.
    if (isCounted) await deps.requestBudget.admit();
    const response = await fetch(url, request);
    const { status, headers } = response;
    deps.guard.note({ status, scope: headers.get('x-ratelimit-scope') });
    deps.limits.note({ method: init.method ?? 'GET', url: url.split('?')[0] ?? url }, headers);
    const budget = isCounted ? deps.requestBudget : undefined;
    return (status === 429 ? await explained(response, budget) : response) as Awaited<
      ReturnType<RESTOptions['makeRequest']>
    >;
  };

/**
 * The client never reads the body of a 429, which holds the exact wait, and Discord's code: too many edits of an old message (30046) pass with no wait, so that
 * becomes a plain refusal. A 429 closes its bucket for that long, in this process at least; one of the whole bot, with its token, those of all processes. An answer that
 * is not the API's own is Cloudflare's, and means all calls from this address.
 *
 * @see https://docs.discord.com/developers/topics/rate-limits#exceeding-a-rate-limit
 */
const explained = async (
  response: Response,
  budget: RequestBudget | undefined,
): Promise<Response> => {
  const body = await response.text();
  const told = limitedSchema.safeParse(parseJson(body)).data;
  const headers = new Headers(response.headers);
  if (told?.code === RESTJSONErrorCodes.MaximumNumberOfEditsToMessagesOlderThanOneHourReached)
    return new Response(body, { status: 400, headers });
  const waitS = told?.retry_after ?? (Number(headers.get('retry-after')) || 1);
  headers.set('retry-after', String(waitS));
  if (told === undefined || told.global === true) headers.set('x-ratelimit-global', 'true');
  if (told !== undefined && budget !== undefined && headers.has('x-ratelimit-global')) {
    await budget.refused(waitS * 1_000);
    throw rateLimited(waitS * 1_000, { isGlobal: true, isForeseen: false });
  }
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
