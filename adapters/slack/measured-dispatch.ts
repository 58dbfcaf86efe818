/** Counts and times what came from Slack, whatever brought it. */
import type { Clock } from '../../src/ports/clock.ts';
import type { Metrics } from '../../src/ports/metrics.ts';
import type { Dispatch } from './dispatch.ts';
import { isEventBody, type SlackBody } from './slack-body.ts';

/** The same dispatch. */
export const measuredDispatch = (
  dispatch: Dispatch,
  deps: {
    readonly transport: 'http' | 'socket';
    readonly clock: Pick<Clock, 'monotonic'>;
    readonly metrics: Metrics;
  },
): Dispatch => {
  const { transport, clock, metrics } = deps;
  return {
    ...dispatch,
    async dispatch(body, options) {
      const begunAt = clock.monotonic();
      const outcome = await dispatch.dispatch(body, options);
      const type = typeOf(body);
      metrics.count('footnote_slack_events_total', {
        labels: { transport, type, outcome: outcome.acknowledged ? 'ok' : 'failed' },
      });
      const seconds = (clock.monotonic() - begunAt) / 1_000;
      metrics.observe('footnote_slack_ack_seconds', seconds, { labels: { transport } });
      return outcome;
    },
  };
};

/** What becomes a label; whatever else comes is `other`, so that nobody can make labels. */
const knownTypes: ReadonlySet<string> = new Set([
  'app_home_opened',
  'app_mention',
  'app_rate_limited',
  'app_uninstalled',
  'block_actions',
  'command',
  'message',
  'message_action',
  'tokens_revoked',
  'view_closed',
  'view_submission',
]);

const typeOf = (body: SlackBody): string => {
  const name = isEventBody(body)
    ? body.event.type
    : 'command' in body && body.command !== undefined
      ? 'command'
      : String(body.type);
  return knownTypes.has(name) ? name : 'other';
};
