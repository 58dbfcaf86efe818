/** Asks Slack for the address of a new Socket Mode connection. */
import * as z from 'zod';
import type { Metrics } from '../../src/ports/metrics.ts';
import { createSlackClient, type SlackClientSettings } from './slack-client.ts';
import { translateSlackError } from './slack-errors.ts';

/**
 * An address for one connection, to be used at once. Throws `platform_rate_limited`, `platform_unavailable`, and `platform_forbidden` or
 * `platform_rejected` when Slack refuses the token or the app (revoked, a bot token, without `connections:write`, Socket Mode switched off).
 *
 * @see https://docs.slack.dev/reference/methods/apps.connections.open
 */
export type OpenSocketUrl = () => Promise<string>;

const method = 'apps.connections.open';
const answerSchema = z.object({ url: z.url({ protocol: /^wss?$/ }) });

/** @param deps.appToken An app-level token (`xapp-`) with the scope `connections:write`; no workspace's token will do. */
export const createOpenSocketUrl = (deps: {
  readonly appToken: string;
  readonly settings: Omit<SlackClientSettings, 'botToken'>;
  readonly metrics: Metrics;
}): OpenSocketUrl => {
  const client = createSlackClient({ ...deps.settings, botToken: deps.appToken });
  const count = (outcome: string) =>
    deps.metrics.count('footnote_platform_calls_total', {
      labels: { platform: 'slack', method, outcome },
    });
  return async () => {
    try {
      const { url } = answerSchema.parse(await client.apiCall(method));
      count('ok');
      return url;
    } catch (error) {
      const failure = translateSlackError(error, method);
      count(failure.code);
      throw failure;
    }
  };
};
