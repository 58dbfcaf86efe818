/** The listening half of Slack over HTTP alone, as the product wires it. */
import type { SlackListeningDeps } from '../../adapters/slack/listener-deps.ts';
import { createSlackApp } from '../../adapters/slack/slack-app.ts';
import { createSlackReceiver } from '../../adapters/slack/slack-receiver.ts';
import type { Metrics } from '../../src/ports/metrics.ts';
import { createRecordingMetrics } from './recording-metrics.ts';

export interface SlackInboundDeps extends SlackListeningDeps {
  readonly settings: SlackListeningDeps['settings'] & { readonly signingSecret: string };
  readonly metrics?: Metrics;
}

export interface SlackInbound {
  /** For `POST /slack/events`. */
  handle(request: Request): Promise<Response>;
  /** Resolves when nothing is being worked on behind an answer. */
  close(): Promise<void>;
}

export const createSlackInbound = (deps: SlackInboundDeps): SlackInbound => {
  const { metrics = createRecordingMetrics() } = deps;
  const receiver = createSlackReceiver({ ...deps, ...deps.settings, metrics });
  createSlackApp(deps, receiver);
  return {
    handle: receiver.handle,
    async close() {
      await receiver.stop();
    },
  };
};
