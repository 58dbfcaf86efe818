/** One call of Discord's REST API: held back while its bucket or the bot's is empty, its failure translated. */
import { type RateLimitData, REST, RESTEvents, type RequestMethod } from '@discordjs/rest';
import type * as z from 'zod';
import { BotError } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Metrics } from '../../src/ports/metrics.ts';
import { rateLimited, translateDiscordError } from './discord-errors.ts';
import { createInvalidRequestGuard } from './invalid-request-guard.ts';
import { createMessageLimits, type MessageLimit } from './message-limits.ts';
import type { RequestBudget } from './request-budget.ts';
import { createRestTransport } from './rest-transport.ts';

export interface DiscordSettings {
  /** `https://discord.com/api`, without a version, or a test's server. */
  readonly apiUrl: string;
  readonly token: string;
  /** How long one call may take; 10,000. */
  readonly callTimeoutMs: number;
}

export interface DiscordRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** A route of discord-api-types' `Routes`. */
  readonly route: `/${string}`;
  readonly body?: unknown;
  readonly query?: URLSearchParams;
  readonly files?: readonly { readonly name: string; readonly text: string }[];
  /** False for interaction webhooks and callbacks, which take no bot token, and of which Discord takes any number in a second. */
  readonly auth?: boolean;
}

/**
 * Resolves with what the schema takes from Discord's answer; an answer of another shape is `platform_unavailable`. One try, at most `callTimeoutMs`. Throws
 * `platform_*`, `reply_deleted`, `reply_uneditable`; `details` hold the numbers `discordCode` and `status` where Discord gave them. A call that would be
 * refused is not sent: `platform_rate_limited` with the rest of the wait, or `platform_unauthorized`.
 */
export type DiscordCall = <Answer>(
  request: DiscordRequest,
  options: { readonly answer: z.ZodType<Answer> },
) => Promise<Answer>;

export interface DiscordApi {
  readonly call: DiscordCall;
  /** What Discord said last of the edits of a channel's messages; 5 in 5 s before it said anything. */
  editLimitOf(channel: string): MessageLimit;
}

export interface DiscordSpeakingApi extends DiscordApi {
  /** The same of posts, and whether they count against the same limit as edits. */
  postLimitOf(channel: string): MessageLimit & { readonly isSharedWithEdits: boolean };
}

/** After a refusal of the token one call in so long tries whether it is taken again; each counts among the invalid requests. */
const refusedTokenRestsMs = 60_000;

/**
 * Costs nothing until the first call. One for a process, so that all its calls share what they learn of the limits.
 *
 * The client never tries again and never waits: whoever calls knows what is worth it. Calls of one bucket go one after the other.
 */
export const createDiscordApi = (deps: {
  readonly settings: DiscordSettings;
  readonly requestBudget: RequestBudget;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly metrics: Metrics;
  readonly log: Log;
}): DiscordSpeakingApi => {
  const { settings, metrics, log } = deps;
  const guard = createInvalidRequestGuard(deps);
  const limits = createMessageLimits();
  /** Limits that the client knew of before it sent anything. */
  const foreseen = new WeakSet<RateLimitData>();
  const rest = new REST({
    version: '10',
    api: settings.apiUrl,
    timeout: settings.callTimeoutMs,
    retries: 0,
    offset: 0,
    // The client would count this process alone, and what Discord does not count: the budget does it.
    globalRequestsPerSecond: Number.POSITIVE_INFINITY,
    makeRequest: createRestTransport({ guard, limits, requestBudget: deps.requestBudget }),
    rejectOnRateLimit: (limit) => {
      // A limit below a bucket's own is told as `sublimitTimeout`.
      throw rateLimited(Math.max(limit.retryAfter, limit.sublimitTimeout), {
        isGlobal: limit.global,
        isForeseen: foreseen.has(limit),
      });
    },
  }).setToken(settings.token);
  rest.on(RESTEvents.RateLimited, (limit) => foreseen.add(limit));
  let tokenRefusedAtMs: number | undefined;

  const hold = (request: DiscordRequest, method: string): void => {
    const waitMs = guard.waitMs();
    if (waitMs > 0)
      throw new BotError('platform_rate_limited', { retryAfterMs: waitMs, details: { method } });
    if (request.auth === false || tokenRefusedAtMs === undefined) return;
    if (deps.clock.monotonic() < tokenRefusedAtMs + refusedTokenRestsMs)
      throw new BotError('platform_unauthorized', { details: { method, foreseen: true } });
    // The client forgets a token that was refused.
    rest.setToken(settings.token);
  };

  return {
    editLimitOf: () => limits.edits(),
    postLimitOf: () => ({ ...limits.posts(), isSharedWithEdits: limits.areShared() }),
    async call(request, { answer }) {
      const method = methodOf(request);
      const isWithToken = request.auth !== false;
      hold(request, method);
      const count = (outcome: string) =>
        metrics.count('footnote_platform_calls_total', {
          labels: { platform: 'discord', method, outcome },
        });
      try {
        const parsed = answer.parse(await rest.request(toClient(request, settings.callTimeoutMs)));
        count('ok');
        if (isWithToken && tokenRefusedAtMs !== undefined) {
          tokenRefusedAtMs = undefined;
          log.info('discord takes the bot token again');
        }
        return parsed;
      } catch (error) {
        const failure = translateDiscordError(error, { method, isWithToken });
        if (failure.details['foreseen'] !== true) count(failure.code);
        if (failure.code === 'platform_unauthorized') {
          if (tokenRefusedAtMs === undefined)
            log.error('discord refuses the bot token: what is to be said waits', { method });
          tokenRefusedAtMs = deps.clock.monotonic();
        }
        throw failure;
      }
    },
  };
};

/** The client's own timeout ends when the headers are there; the signal is for the whole. */
const toClient = (request: DiscordRequest, timeoutMs: number) => ({
  fullRoute: request.route,
  method: request.method as RequestMethod,
  signal: AbortSignal.timeout(timeoutMs),
  ...(request.auth === false && { auth: false }),
  ...(request.body !== undefined && { body: request.body }),
  ...(request.query !== undefined && { query: request.query }),
  ...(request.files !== undefined && {
    files: request.files.map(({ name, text }) => ({ name, data: Buffer.from(text) })),
  }),
});

/** For log lines and metrics: `PATCH /channels/:id/messages/:id`. Without ids, and without the tokens that stand in the routes of interactions. */
const methodOf = ({ method, route }: DiscordRequest): string => {
  const path = route
    .replace(/^\/(webhooks|interactions)\/\d+\/[^/]+/, '/$1/:id/:token')
    .replace(/\/\d+(?=\/|$)/g, '/:id');
  return `${method} ${path}`;
};
