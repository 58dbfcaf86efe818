/** Remembers for a while what a workspace does not offer, so that it is not asked for again with every answer. */
import type { BotError } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { slackCodeOf } from './slack-errors.ts';

export interface Refusals {
  has(key: string): boolean;
  add(key: string): void;
}

/** Long enough to cost nothing, short enough that a workspace which gets the feature needs no restart of ours. */
const forMs = 60 * 60_000;

export const createRefusals = (clock: Pick<Clock, 'monotonic'>): Refusals => {
  const until = new Map<string, number>();
  return {
    has(key) {
      const untilMs = until.get(key);
      if (untilMs === undefined) return false;
      if (clock.monotonic() < untilMs) return true;
      until.delete(key);
      return false;
    },
    add: (key) => void until.set(key, clock.monotonic() + forMs),
  };
};

const codes: ReadonlySet<string> = new Set([
  'channel_type_not_supported',
  'feature_not_enabled',
  'method_deprecated',
  'method_not_supported_for_channel_type',
  'missing_scope',
  'not_allowed_token_type',
  'unknown_method',
]);

/** Whether Slack says that it has no such thing here, whatever is asked. */
export const isNotOffered = (error: BotError): boolean => codes.has(slackCodeOf(error) ?? '');
