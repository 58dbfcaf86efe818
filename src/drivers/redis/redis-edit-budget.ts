/** The budget of edits that all workers share. */
import type { Redis } from 'ioredis';
import { countedMs, liveReplyMs } from '../../domain/edit-window.ts';
import { BotError } from '../../domain/errors.ts';
import type { TurnId } from '../../domain/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EditBucket, EditBudget, EditGrant } from '../../ports/edit-budget.ts';
import { type BudgetAnswer, type BudgetKeys, defineBudgetScripts } from './edit-budget-scripts.ts';

/** Told of a row of failures and its end. */
export interface BudgetOutage {
  failed(error: unknown): void;
  passed(): void;
}

/** An edit waits no longer for Redis: people watch. */
const answerWithinMs = 1_000;
/** After a failure nobody asks for so long. */
const pauseMs = 1_000;
/** How many processes are taken to share a bucket as long as Redis never told. */
const unknownSharing = 3;

/**
 * One round trip per call. While Redis is away each process goes on with its share: the limit by the number of processes that asked for the bucket within the
 * minute before, in `alone`. It keeps to the share for one more window after that, because the others' edits of the outage are in nobody's books.
 *
 * @param deps.process Names this process among the sharing ones.
 * @param deps.alone Sees every edit of this process, so that its share is what is left of it when Redis goes away.
 * @param deps.keyPrefix Before every key; `footnote` unless told otherwise.
 * @param deps.liveMs How long a reply counts after it asked last; 60 s.
 */
export const createRedisEditBudget = (deps: {
  readonly connections: { readonly commands: Redis };
  readonly alone: EditBudget;
  readonly outage: BudgetOutage;
  readonly process: string;
  readonly clock: Clock;
  readonly keyPrefix?: string;
  readonly liveMs?: number;
}): EditBudget => {
  const { alone, outage, clock, keyPrefix = 'footnote', liveMs = liveReplyMs } = deps;
  const { commands } = deps.connections;
  const scripts = defineBudgetScripts(commands);
  const sharing = new Map<string, number>();
  let pausedUntilMs = Number.NEGATIVE_INFINITY;
  let failedAtMs = Number.NEGATIVE_INFINITY;

  const keysOf = ({ name }: EditBucket): BudgetKeys => {
    const key = (of: string) => `${keyPrefix}:edits:{${name}}:${of}`;
    return {
      grants: key('grants'),
      live: key('live'),
      sharing: key('sharing'),
      block: key('block'),
    };
  };
  /** Undefined while Redis does not answer. */
  const reach = async <Result>(call: () => Promise<Result>): Promise<Result | undefined> => {
    if (clock.monotonic() < pausedUntilMs) return undefined;
    const timer = new AbortController();
    try {
      const late = clock.sleep(answerWithinMs, { signal: timer.signal }).then(() => {
        throw new BotError('queue_unavailable');
      });
      const result = await Promise.race([call(), late]);
      outage.passed();
      return result;
    } catch (error) {
      failedAtMs = clock.monotonic();
      pausedUntilMs = failedAtMs + pauseMs;
      outage.failed(error);
      return undefined;
    } finally {
      timer.abort();
    }
  };
  const ask = async (
    bucket: EditBucket,
    { reply, kind }: { readonly reply: TurnId; readonly kind: 'join' | 'draft' | 'final' },
  ): Promise<BudgetAnswer | undefined> => {
    const { limit, windowMs, maxKept = Number.MAX_SAFE_INTEGER } = bucket;
    const asking = { kind, limit, countedMs: countedMs(windowMs), liveMs, reply, maxKept };
    const answer = await reach(() =>
      scripts.ask(keysOf(bucket), { ...asking, process: deps.process }),
    );
    if (answer !== undefined) sharing.set(bucket.name, answer.sharing);
    return answer;
  };
  const shareOf = (bucket: EditBucket): EditBucket => {
    const sharers = sharing.get(bucket.name) ?? unknownSharing;
    return { ...bucket, limit: Math.max(1, Math.floor(bucket.limit / sharers)) };
  };

  const isOutage = ({ windowMs }: EditBucket): boolean =>
    clock.monotonic() < failedAtMs + countedMs(windowMs);

  return {
    async join(bucket, reply) {
      const answer = await ask(bucket, { reply, kind: 'join' });
      const own = await alone.join(shareOf(bucket), reply);
      return answer === undefined
        ? own
        : { remaining: answer.amount, liveReplies: answer.liveReplies };
    },

    async take(bucket, edit) {
      // Asked first, so that no shared edit is taken that the share does not allow.
      const own = isOutage(bucket) ? await alone.take(shareOf(bucket), edit) : undefined;
      if (own?.granted === false) return own;
      const answer = await ask(bucket, edit);
      if (answer === undefined) return own ?? alone.take(shareOf(bucket), edit);
      if (answer.granted && own === undefined) await alone.take(unlimited(bucket), edit);
      return toGrant(answer);
    },

    async block(bucket, forMs) {
      await alone.block(bucket, forMs);
      await reach(() => scripts.block(keysOf(bucket), forMs));
    },

    async leave(bucket, reply) {
      await alone.leave(bucket, reply);
      await reach(() => commands.zrem(keysOf(bucket).live, reply));
    },

    close: () => alone.close(),
  };
};

/** What Redis granted is only noted: its clock decides. */
const unlimited = (bucket: EditBucket): EditBucket => ({
  ...bucket,
  limit: Number.POSITIVE_INFINITY,
});

const toGrant = ({ granted, amount, liveReplies }: BudgetAnswer): EditGrant =>
  granted ? { granted, remaining: amount, liveReplies } : { granted, waitMs: amount, liveReplies };
