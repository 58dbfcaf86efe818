/** The way to one workspace of a Slack on loopback, as the product wires it, with what its speaking half needs besides. */
import type { SlackSpeakerBehaviour } from '../../adapters/slack/slack-speaker.ts';
import { type BotTokenOf, createSlackWorkspaces } from '../../adapters/slack/slack-workspaces.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Metrics } from '../../src/ports/metrics.ts';
import { createRecordingMetrics } from './recording-metrics.ts';

export const oneWorkspace = (options: {
  readonly apiUrl: string;
  readonly botToken?: string;
  /** Default: `botToken` everywhere. */
  readonly botTokenOf?: BotTokenOf;
  readonly callTimeoutMs?: number;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly metrics?: Metrics;
  readonly log: Log;
  readonly behaviour?: Partial<SlackSpeakerBehaviour>;
}) => {
  const { apiUrl, botToken = 'xoxb-1', callTimeoutMs = 10_000, clock, log } = options;
  const { metrics = createRecordingMetrics() } = options;
  const settings = { apiUrl, callTimeoutMs };
  const { botTokenOf = async () => botToken } = options;
  return {
    settings,
    botTokenOf,
    clock,
    stopTurn: () => undefined,
    behaviour: { nativeStreams: false, editsPerMinute: 50, ...options.behaviour },
    workspaces: createSlackWorkspaces({ settings, botTokenOf, clock, metrics, log }),
  };
};
