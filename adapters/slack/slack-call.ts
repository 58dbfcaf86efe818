/** One call of Slack's Web API: held back while the method is limited, its failure translated. */
import type { WebClient } from '@slack/web-api';
import type * as z from 'zod';
import { BotError } from '../../src/domain/errors.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Metrics } from '../../src/ports/metrics.ts';
import type { MethodLimits } from './method-limits.ts';
import { isTokenRefusal, translateSlackError } from './slack-errors.ts';

/**
 * Resolves with what the schema takes from Slack's answer (`ok: true`); an answer of another shape is `platform_unavailable`. Throws `platform_*`, `reply_deleted`, `reply_uneditable`; one try, at most as long as the
 * client's timeout. A method that Slack limited fails at once with the rest of the wait.
 */
export type SlackCall = <Answer>(
  method: string,
  args: Readonly<Record<string, unknown>>,
  options: { readonly answer: z.ZodType<Answer> },
) => Promise<Answer>;

export const createSlackCall =
  (deps: {
    readonly client: Pick<WebClient, 'apiCall'>;
    readonly limits: MethodLimits;
    readonly metrics: Metrics;
    readonly log: Log;
  }): SlackCall =>
  async (method, args, options) => {
    const { client, limits, metrics, log } = deps;
    const count = (outcome: string) =>
      metrics.count('footnote_platform_calls_total', {
        labels: { platform: 'slack', method, outcome },
      });
    const named = args['channel'] ?? args['channel_id'];
    const channel = typeof named === 'string' ? named : undefined;
    const waitMs = limits.waitMs(method, channel);
    if (waitMs > 0)
      throw new BotError('platform_rate_limited', { retryAfterMs: waitMs, details: { method } });
    try {
      const answer = options.answer.parse(await client.apiCall(method, { ...args }));
      count('ok');
      return answer;
    } catch (error) {
      const failure = translateSlackError(error, method);
      count(failure.code);
      if (failure.code === 'platform_rate_limited' && failure.retryAfterMs !== undefined)
        limits.block(method, channel, failure.retryAfterMs);
      if (isTokenRefusal(failure)) log.error('slack refuses the bot token', failure.details);
      throw failure;
    }
  };
