/** The budget of edits within one process. */
import { countedMs, liveReplyMs } from '../../domain/edit-window.ts';
import type { TurnId } from '../../domain/ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EditBucket, EditBudget } from '../../ports/edit-budget.ts';

/** What is known of one bucket, on the monotonic clock. */
interface Account {
  readonly countedMs: number;
  /** When each edit was granted that still counts, oldest first. */
  readonly takenAtMs: number[];
  /** When each live reply asked last, oldest first. */
  readonly askedAtMs: Map<TurnId, number>;
  blockedUntilMs: number;
}

const keptOf = ({ maxKept = Number.POSITIVE_INFINITY }: EditBucket, liveReplies: number): number =>
  Math.min(liveReplies, maxKept);

/** @param deps.liveMs How long a reply counts after it asked last; 60 s. */
export const createMemoryEditBudget = ({
  clock,
  liveMs = liveReplyMs,
}: {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly liveMs?: number;
}): EditBudget => {
  const accounts = new Map<string, Account>();

  const forgetOld = (account: Account): void => {
    const nowMs = clock.monotonic();
    const { takenAtMs, askedAtMs } = account;
    const firstCounted = takenAtMs.findIndex((atMs) => atMs > nowMs - account.countedMs);
    takenAtMs.splice(0, firstCounted < 0 ? takenAtMs.length : firstCounted);
    for (const [reply, atMs] of askedAtMs) {
      if (atMs > nowMs - liveMs) break;
      askedAtMs.delete(reply);
    }
  };
  /** Whether nothing of it is worth remembering. */
  const isIdle = (account: Account): boolean => {
    forgetOld(account);
    const { takenAtMs, askedAtMs, blockedUntilMs } = account;
    return takenAtMs.length + askedAtMs.size === 0 && blockedUntilMs <= clock.monotonic();
  };
  const open = ({ name, windowMs }: EditBucket): Account => {
    const known = accounts.get(name);
    if (known !== undefined) {
      forgetOld(known);
      return known;
    }
    for (const [other, account] of accounts) if (isIdle(account)) accounts.delete(other);
    const account: Account = {
      countedMs: countedMs(windowMs),
      takenAtMs: [],
      askedAtMs: new Map(),
      blockedUntilMs: 0,
    };
    accounts.set(name, account);
    return account;
  };
  const join = (bucket: EditBucket, reply: TurnId): Account => {
    const account = open(bucket);
    account.askedAtMs.delete(reply);
    account.askedAtMs.set(reply, clock.monotonic());
    return account;
  };
  const loadOf = (bucket: EditBucket, account: Account) => {
    const isBlocked = account.blockedUntilMs > clock.monotonic();
    const liveReplies = account.askedAtMs.size;
    const kept = keptOf(bucket, liveReplies);
    const remaining = bucket.limit - account.takenAtMs.length - kept;
    return { remaining: isBlocked ? Math.min(0, remaining) : remaining, liveReplies };
  };

  return {
    async join(bucket, reply) {
      return loadOf(bucket, join(bucket, reply));
    },

    async take(bucket, { reply, kind }) {
      const account = join(bucket, reply);
      const { takenAtMs, askedAtMs } = account;
      const nowMs = clock.monotonic();
      const liveReplies = askedAtMs.size;
      const blockedMs = account.blockedUntilMs - nowMs;
      const kept = kind === 'draft' ? keptOf(bucket, liveReplies) : 0;
      /** So many have to run out before one is left. */
      const missing = takenAtMs.length + kept + 1 - bucket.limit;
      if (missing > 0 || blockedMs > 0) {
        const freed = takenAtMs[missing - 1] ?? (missing > 0 ? nowMs : -Infinity);
        const waitMs = Math.max(1, blockedMs, freed + account.countedMs - nowMs);
        return { granted: false, waitMs, liveReplies };
      }
      takenAtMs.push(nowMs);
      return { granted: true, ...loadOf(bucket, account) };
    },

    async block(bucket, forMs) {
      const account = open(bucket);
      account.blockedUntilMs = Math.max(account.blockedUntilMs, clock.monotonic() + forMs);
    },

    async leave({ name }, reply) {
      accounts.get(name)?.askedAtMs.delete(reply);
    },

    async close() {
      accounts.clear();
    },
  };
};
