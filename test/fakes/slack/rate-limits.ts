/**
 * Slack's limits per method, workspace and app: over them a call gets 429 and `Retry-After`.
 *
 * Slack's tier numbers are floors with some tolerance on top; here they are exact, over a sliding minute.
 * Posting is one a second a channel with a burst of 5, and 300 a minute a workspace; Slack names neither number
 * ("short bursts", "several hundred"), so both are on the low side of what people measured.
 * @see https://docs.slack.dev/apis/web-api/rate-limits
 */
import type { FakeSlackClock } from './clock.ts';

export type RateRule =
  | {
      readonly kind: 'window';
      readonly limit: number;
      readonly windowMs: number;
      readonly per: 'workspace' | 'channel';
    }
  | {
      readonly kind: 'bucket';
      readonly burst: number;
      readonly perSecond: number;
      readonly per: 'workspace' | 'channel';
    };

export type RateLimits = Readonly<Record<string, readonly RateRule[]>>;

const aMinute = (limit: number): RateRule => ({
  ...{ kind: 'window', limit, windowMs: 60_000, per: 'workspace' },
});
const tier2 = [aMinute(20)];
const tier3 = [aMinute(50)];
const tier4 = [aMinute(100)];

export const slackRateLimits: RateLimits = {
  'apps.connections.open': tier3,
  'assistant.threads.setStatus': [{ ...aMinute(60), per: 'channel' }],
  'auth.test': [aMinute(600)],
  'chat.startStream': tier2,
  'chat.appendStream': tier4,
  'chat.stopStream': tier2,
  'chat.postMessage': [{ kind: 'bucket', burst: 5, perSecond: 1, per: 'channel' }, aMinute(300)],
  'chat.update': tier3,
  'chat.delete': tier3,
  'chat.postEphemeral': tier4,
  'chat.getPermalink': [aMinute(600)],
  'conversations.history': tier3,
  'conversations.replies': tier3,
  'conversations.info': tier3,
  'conversations.members': tier4,
  'conversations.open': tier3,
  'files.completeUploadExternal': tier4,
  'files.delete': tier3,
  'files.getUploadURLExternal': tier4,
  'files.info': tier4,
  'users.info': tier4,
  'users.list': tier2,
  'reactions.add': tier3,
  'views.open': tier4,
  'views.publish': tier4,
  'views.update': tier4,
};

export interface RateLimiter {
  /** Counts the call; when it is over a limit counts nothing and gives the whole seconds to wait, at least 1. */
  take(call: {
    readonly method: string;
    readonly teamId: string;
    readonly channel: string | undefined;
  }): number | undefined;
}

export function createRateLimiter({
  clock,
  limits,
}: {
  readonly clock: FakeSlackClock;
  readonly limits: RateLimits;
}): RateLimiter {
  /** What each rule remembers, by rule and key: see `afterTaking`. */
  const memories = new Map<string, readonly number[]>();

  return {
    take({ method, teamId, channel }) {
      const now = clock.now();
      const checks = (limits[method] ?? []).map((rule, index) => {
        const subject = rule.per === 'channel' ? (channel ?? '') : '';
        const key = `${teamId} ${method} ${index} ${subject}`;
        const memory = afterTaking(rule, memories.get(key) ?? [], now);
        return { key, memory, waitMs: waitMs(rule, memory, now) };
      });
      const longest = Math.max(0, ...checks.map((each) => each.waitMs));
      if (longest > 0) return Math.max(1, Math.ceil(longest / 1000));
      for (const { key, memory } of checks) memories.set(key, memory);
      return undefined;
    },
  };
}

/** A window remembers when its calls came, oldest first; a bucket only when it will be full again (GCRA). */
function afterTaking(rule: RateRule, memory: readonly number[], now: number): readonly number[] {
  return rule.kind === 'window'
    ? [...memory.filter((at) => at > now - rule.windowMs), now]
    : [Math.max(memory[0] ?? now, now) + 1000 / rule.perSecond];
}

function waitMs(rule: RateRule, memory: readonly number[], now: number): number {
  if (rule.kind === 'bucket')
    return (memory[0] ?? now) - now - (rule.burst * 1000) / rule.perSecond;
  const mustLeave = memory[memory.length - 1 - rule.limit];
  return mustLeave === undefined ? 0 : mustLeave + rule.windowMs - now;
}
