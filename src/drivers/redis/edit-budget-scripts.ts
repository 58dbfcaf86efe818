/** What the budget of edits does on the server, one step each; all keys of a bucket share a hash tag. */
import type { Redis } from 'ioredis';

/**
 * KEYS: grants (list of times, oldest first), live replies, sharing processes (sorted by when they asked last), block.
 * ARGV: `join`, `draft` or `final`; limit; how long a grant counts; how long a reply counts as live; reply; process; how many edits are kept at most.
 * Answers whether it is granted, what remains (or how long to wait), live replies, sharing processes.
 *
 * The server's clock decides. Set back, it would hold old grants for longer: a grant of the future is as one of now.
 */
const askScript = `
local kind, limit, countedMs, liveMs = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local oldest = redis.call('LINDEX', KEYS[1], 0)
while oldest and tonumber(oldest) <= now - countedMs do
  redis.call('LPOP', KEYS[1])
  oldest = redis.call('LINDEX', KEYS[1], 0)
end
for index, asking in ipairs({ARGV[5], ARGV[6]}) do
  local key = KEYS[index + 1]
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - liveMs)
  redis.call('ZADD', key, now, asking)
  redis.call('PEXPIRE', key, liveMs)
end

local used = redis.call('LLEN', KEYS[1])
local live = redis.call('ZCARD', KEYS[2])
local sharing = redis.call('ZCARD', KEYS[3])
local kept = math.min(live, tonumber(ARGV[7]))
local blockedMs = math.max(0, redis.call('PTTL', KEYS[4]))
if kind == 'join' then
  local remaining = limit - used - kept
  return {1, blockedMs > 0 and math.min(0, remaining) or remaining, live, sharing}
end

local missing = used + 1 - limit
if kind == 'draft' then missing = missing + kept end
if missing > 0 or blockedMs > 0 then
  local waitMs = math.max(1, blockedMs)
  if missing > 0 then
    local freed = math.min(now, tonumber(redis.call('LINDEX', KEYS[1], missing - 1) or now))
    waitMs = math.max(waitMs, freed + countedMs - now)
  end
  return {0, waitMs, live, sharing}
end
redis.call('RPUSH', KEYS[1], now)
redis.call('PEXPIRE', KEYS[1], countedMs)
return {1, limit - used - 1 - kept, live, sharing}`;

/** KEYS: block. ARGV: for how long. A longer one stays. */
const blockScript = `
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], '1', 'PX', ARGV[1]) end`;

export interface BudgetKeys {
  readonly grants: string;
  readonly live: string;
  readonly sharing: string;
  readonly block: string;
}

export interface BudgetAnswer {
  readonly granted: boolean;
  /** What remains when granted, else how long to wait. */
  readonly amount: number;
  readonly liveReplies: number;
  readonly sharing: number;
}

export interface BudgetScripts {
  ask(
    keys: BudgetKeys,
    asking: {
      readonly kind: 'join' | 'draft' | 'final';
      readonly limit: number;
      readonly countedMs: number;
      readonly liveMs: number;
      readonly reply: string;
      readonly process: string;
      readonly maxKept: number;
    },
  ): Promise<BudgetAnswer>;
  block(keys: BudgetKeys, forMs: number): Promise<void>;
}

/** The commands that `defineCommand` adds: sent by hash, and whole only to a server that has not seen them. */
interface DefinedCommands {
  footnoteAskEdit(
    ...keysAndArguments: readonly (string | number)[]
  ): Promise<[number, number, number, number]>;
  footnoteBlockEdits(key: string, forMs: number): Promise<null>;
}

export const defineBudgetScripts = (redis: Redis): BudgetScripts => {
  redis.defineCommand('footnoteAskEdit', { numberOfKeys: 4, lua: askScript });
  redis.defineCommand('footnoteBlockEdits', { numberOfKeys: 1, lua: blockScript });
  const commands = redis as Redis & DefinedCommands;
  return {
    async ask({ grants, live, sharing, block }, asking) {
      const [granted, amount, liveReplies, sharers] = await commands.footnoteAskEdit(
        grants,
        live,
        sharing,
        block,
        asking.kind,
        asking.limit,
        asking.countedMs,
        asking.liveMs,
        asking.reply,
        asking.process,
        asking.maxKept,
      );
      return { granted: granted === 1, amount, liveReplies, sharing: sharers };
    },
    async block({ block }, forMs) {
      await commands.footnoteBlockEdits(block, Math.ceil(forMs));
    },
  };
};
