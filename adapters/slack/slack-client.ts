/** Makes Slack's own client as we need it: no retries, no waiting inside, nothing printed. */
import { type LogLevel, WebClient, type WebClientOptions } from '@slack/web-api';

export interface SlackClientSettings {
  /** Undefined for the one method that gives a token. */
  readonly botToken: string | undefined;
  /** `https://slack.com/api/`, or a test's server. */
  readonly apiUrl: string;
  /** How long one call may take; 10,000. */
  readonly callTimeoutMs: number;
}

/**
 * Options for a client of ours, a new object each time: the SDK writes into it, and a shared `headers` object would carry one
 * client's token into the next.
 *
 * The client's own retries post twice when an answer is lost, and its own waiting holds up every other call.
 */
export const slackClientOptions = (
  settings: Pick<SlackClientSettings, 'apiUrl' | 'callTimeoutMs'>,
): WebClientOptions => ({
  slackApiUrl: settings.apiUrl,
  timeout: settings.callTimeoutMs,
  rejectRateLimitedCalls: true,
  retryConfig: { retries: 0 },
  // 100 unless told otherwise, and the rest waits in the client, behind our own limits.
  maxRequestConcurrency: Number.POSITIVE_INFINITY,
  logger: createSilentLogger(),
});

export const createSlackClient = (settings: SlackClientSettings): WebClient =>
  new WebClient(settings.botToken, slackClientOptions(settings));

type SdkLogger = NonNullable<WebClientOptions['logger']>;

/** The SDK prints request bodies and raw answers, which hold people's text; all that matters of it is thrown as well. */
export const createSilentLogger = (): SdkLogger => {
  const drop = () => undefined;
  return {
    debug: drop,
    info: drop,
    warn: drop,
    error: drop,
    setLevel: drop,
    getLevel: () => 'error' as LogLevel,
    setName: drop,
  };
};
