/** What one reply may edit: asks the budget before each edit, lets finals of a bucket come in their order, and remembers the load. */
import type { TurnId } from '../domain/ids.ts';
import { rejectOnAbort } from '../domain/reject-on-abort.ts';
import type { Clock } from '../ports/clock.ts';
import type { EditBucket, EditBudget, EditLoad } from '../ports/edit-budget.ts';
import type { BucketLoad } from './edit-pacer.ts';

export interface EditAllowance {
  /** As any reply of the bucket in this process learned last; a quiet bucket's before. */
  load(): BucketLoad;
  join(): Promise<void>;
  /** Resolves with how long to wait, 0 when the edit may go. */
  askForDraft(): Promise<number>;
  /**
   * Whether a message may be posted that a final has to edit: where no edit is left for that final, the text is better held until it is whole and costs none.
   * Resolves with how long to wait, 0 when it may go.
   */
  askForPost(): Promise<number>;
  /** Resolves when an edit for a final may go. Finals of this process get theirs in the order in which they asked. */
  waitForFinal(options: { readonly signal: AbortSignal }): Promise<void>;
  /** The platform refused an edit all the same. */
  refused(retryAfterMs: number): Promise<void>;
  /** The reply grows no more. */
  leave(): Promise<void>;
}

export type OpenEditAllowance = (bucket: EditBucket, reply: TurnId) => EditAllowance;

/** How often a text that is held asks again. */
const heldMs = 2_000;

/** What the replies of one bucket in this process share. */
interface Shared {
  readonly replies: Set<TurnId>;
  load: EditLoad | undefined;
  lastFinal: Promise<void>;
}

export const createEditAllowances = ({
  budget,
  clock,
}: {
  readonly budget: EditBudget;
  readonly clock: Pick<Clock, 'sleep'>;
}): OpenEditAllowance => {
  const buckets = new Map<string, Shared>();
  const sharedOf = ({ name }: EditBucket): Shared => {
    const shared = buckets.get(name) ?? {
      replies: new Set(),
      load: undefined,
      lastFinal: Promise.resolve(),
    };
    buckets.set(name, shared);
    return shared;
  };

  return (bucket, reply) => {
    const enter = (): Shared => {
      const shared = sharedOf(bucket);
      shared.replies.add(reply);
      return shared;
    };
    const ask = async (kind: 'draft' | 'final'): Promise<number> => {
      const shared = enter();
      const grant = await budget.take(bucket, { reply, kind });
      const { liveReplies } = grant;
      shared.load = { remaining: grant.granted ? grant.remaining : 0, liveReplies };
      return grant.granted ? 0 : grant.waitMs;
    };
    const waitForGrant = async (signal: AbortSignal): Promise<void> => {
      for (;;) {
        signal.throwIfAborted();
        const waitMs = await ask('final');
        if (waitMs === 0) return;
        await clock.sleep(waitMs, { signal });
      }
    };

    const join = async (): Promise<EditLoad> => {
      const shared = enter();
      const load = await budget.join(bucket, reply);
      shared.load = load;
      return load;
    };
    const leave = async (): Promise<void> => {
      const shared = buckets.get(bucket.name);
      shared?.replies.delete(reply);
      if (shared?.replies.size === 0) buckets.delete(bucket.name);
      await budget.leave(bucket, reply);
    };

    return {
      load() {
        const quiet = { remaining: bucket.limit, liveReplies: 1 };
        return { ...(buckets.get(bucket.name)?.load ?? quiet), windowMs: bucket.windowMs };
      },
      async join() {
        await join();
      },
      askForDraft: () => ask('draft'),
      async askForPost() {
        const { remaining } = await join();
        if (remaining >= 0) return 0;
        // Nothing is kept for a reply of which nothing stands: those that stand need it.
        await leave();
        return heldMs;
      },
      async waitForFinal({ signal }) {
        const shared = enter();
        const mine = shared.lastFinal.then(() => waitForGrant(signal));
        // One that gave up lets the next one through.
        shared.lastFinal = mine.catch(() => undefined);
        await rejectOnAbort(mine, signal);
      },
      refused: (retryAfterMs) => budget.block(bucket, retryAfterMs),
      leave,
    };
  };
};
