/** How one request of Slack's reaches the app: the sender knows when and how often, a transport only how. */

export type RetryReason = 'http_timeout' | 'http_error' | 'connection_failed' | 'timeout';

/** What came of one try. */
export interface TransportAnswer {
  /** 0 when no answer came. */
  readonly status: number;
  readonly failure?: RetryReason;
  readonly body: string;
  /** The receiver asked for no further try (`X-Slack-No-Retry: 1`). */
  readonly noRetry: boolean;
}

export interface EventTransport {
  /** @param request.body As it goes by HTTP: an event as JSON; a command as a form; an interaction as a form whose `payload` is JSON. */
  send(request: {
    readonly body: string;
    readonly contentType: string;
    readonly retryNum?: number;
    readonly retryReason?: RetryReason;
  }): Promise<TransportAnswer>;
}
