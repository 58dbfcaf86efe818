/**
 * Discord's limits: buckets by route and channel with their headers, fifty calls a second in all, edits of old messages, renames.
 *
 * The numbers of posts and edits were seen in headers; Discord promises none of them. Other routes have generous ones here.
 * @see https://discord.com/developers/docs/topics/rate-limits
 * @see https://github.com/discord/discord-api-docs/issues/2208 (renames)
 * @see https://github.com/discord/discord-api-docs/issues/4413 (30046)
 */
import { createHash } from 'node:crypto';
import type { FakeClock } from '../http/clock.ts';
import { DiscordRefusal } from './refusal.ts';
import type { RestRoute } from './rest/rest-route.ts';
import { timeOf } from './snowflakes.ts';
import type { Json, Message } from './world.ts';

export interface BucketRule {
  /** Rules of one name share their calls, channel by channel. */
  readonly bucket: string;
  readonly limit: number;
  readonly windowMs: number;
  readonly per: 'channel' | 'token' | 'app';
}

export interface DiscordLimits {
  /** By method; what it names replaces the rules here. */
  readonly buckets?: Readonly<Record<string, BucketRule>>;
  /** Posts and edits of one channel count together, as they did in 2020; default false. */
  readonly sharesMessageBucket?: boolean;
  /** Default 50. */
  readonly globalPerSecond?: number;
  /** How many 401, 403 and 429 within ten minutes lead to a ban of an hour; default 10,000. */
  readonly invalidPerTenMinutes?: number;
}

export interface LimitedBy {
  readonly scope: 'user' | 'shared' | 'global';
  readonly retryAfterMs: number;
}

export interface RateLimiter {
  /** Counts the call; over a limit it counts nothing and says by which. */
  take(call: {
    readonly route: RestRoute;
    readonly params: Readonly<Record<string, string>>;
    readonly body: Json;
  }): { readonly headers: Record<string, string>; readonly limitedBy?: LimitedBy };
  /** An edit of a message older than an hour; throws 30046. */
  takeOldEdit(message: Message): void;
}

const generous = { limit: 50, windowMs: 1_000 } as const;
const perChannel = { limit: 5, windowMs: 5_000, per: 'channel' } as const;
const perToken = { limit: 5, windowMs: 5_000, per: 'token' } as const;

const ruleOf = (
  { method, path, isOpen }: RestRoute,
  { buckets = {}, sharesMessageBucket = false }: DiscordLimits,
): BucketRule | undefined => {
  if (buckets[method]) return buckets[method];
  switch (method) {
    case 'respond':
      return undefined;
    case 'createMessage':
      return { bucket: 'messages', ...perChannel };
    case 'editMessage':
      return { bucket: sharesMessageBucket ? 'messages' : 'edits', ...perChannel };
    case 'editResponse':
    case 'createFollowUp':
      return { bucket: method, ...perToken };
    default:
      if (isOpen) return undefined;
      return { bucket: method, ...generous, per: path.includes('{channel}') ? 'channel' : 'app' };
  }
};

const renames: BucketRule = { bucket: 'renames', limit: 2, windowMs: 600_000, per: 'channel' };
const oldEdits = { limit: 3, windowMs: 6_000 };
const oldAfterMs = 3_600_000;

interface Window {
  readonly endsAtMs: number;
  readonly used: number;
}

export const createRateLimiter = ({
  clock,
  limits,
}: {
  readonly clock: Pick<FakeClock, 'now'>;
  readonly limits: DiscordLimits | 'off';
}): RateLimiter => {
  const windows = new Map<string, Window>();
  const { globalPerSecond = 50 } = limits === 'off' ? {} : limits;

  const open = (key: string, windowMs: number): Window => {
    const standing = windows.get(key);
    const now = clock.now();
    return standing && standing.endsAtMs > now ? standing : { endsAtMs: now + windowMs, used: 0 };
  };
  const use = (key: string, window: Window) =>
    windows.set(key, { ...window, used: window.used + 1 });

  const headersOf = ({ bucket, limit }: BucketRule, { endsAtMs, used }: Window) => ({
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(Math.max(0, limit - used)),
    'x-ratelimit-reset': (endsAtMs / 1000).toFixed(3),
    'x-ratelimit-reset-after': (Math.max(0, endsAtMs - clock.now()) / 1000).toFixed(3),
    'x-ratelimit-bucket': createHash('md5').update(bucket).digest('hex'),
  });

  return {
    take({ route, params, body }) {
      if (limits === 'off') return { headers: {} };
      const global = open('global', 1_000);
      const left = global.endsAtMs - clock.now();
      if (!route.isOpen && global.used >= globalPerSecond)
        return { headers: {}, limitedBy: { scope: 'global', retryAfterMs: left } };
      const rule = ruleOf(route, limits);
      if (!rule) return { headers: {} };
      const isRename = route.method === 'editChannel' && body['name'] !== undefined;
      const rules = isRename ? [rule, renames] : [rule];
      const taken = rules.map((each) => {
        const key = `${each.bucket} ${subjectOf(each, params)}`;
        return { rule: each, key, window: open(key, each.windowMs) };
      });
      const full = taken.find((each) => each.window.used >= each.rule.limit);
      if (full) {
        const retryAfterMs = full.window.endsAtMs - clock.now();
        const headers = headersOf(full.rule, full.window);
        return { headers, limitedBy: { scope: 'user', retryAfterMs } };
      }
      for (const { key, window } of taken) use(key, window);
      if (!route.isOpen) use('global', global);
      const [{ key, window } = { key: '', window: global }] = taken;
      return { headers: headersOf(rule, windows.get(key) ?? window) };
    },
    takeOldEdit({ id, channelId }) {
      if (limits === 'off' || clock.now() - timeOf(id) < oldAfterMs) return;
      const key = `old edits ${channelId}`;
      const window = open(key, oldEdits.windowMs);
      if (window.used >= oldEdits.limit)
        throw new DiscordRefusal(30046, { retryAfterMs: window.endsAtMs - clock.now() });
      use(key, window);
    },
  };
};

const subjectOf = ({ per }: BucketRule, params: Readonly<Record<string, string>>): string => {
  if (per === 'app') return '';
  return (per === 'channel' ? params['channel'] : params['token']) ?? '';
};
