/** What the messages of a channel count against, for all processes that write there. */
import { BotError } from '../../src/domain/errors.ts';
import type { TurnId } from '../../src/domain/ids.ts';
import type { EditBucket, EditBudget } from '../../src/ports/edit-budget.ts';
import type { DiscordSpeakingApi } from './discord-call.ts';

export interface MessageBuckets {
  edits(channel: string): EditBucket;
  /** Takes one post, for a call that begins at once. Throws `platform_rate_limited` with the wait when Discord would refuse it. */
  admitPost(channel: string, turnId: TurnId): Promise<void>;
  /** Discord refused a post all the same. */
  postRefused(channel: string, retryAfterMs: number): Promise<void>;
}

/** A window is over sooner than an answer: finals wait for the next one, drafts have the rest. */
const maxKept = 1;

/**
 * The core asks for edits before it makes them; posts are counted here, by the same budget. Where Discord counts both together, so do we.
 */
export const createMessageBuckets = (deps: {
  readonly api: Pick<DiscordSpeakingApi, 'editLimitOf' | 'postLimitOf'>;
  readonly editBudget: EditBudget;
}): MessageBuckets => {
  const { api, editBudget } = deps;
  const edits = (channel: string): EditBucket => ({
    name: `discord:${channel}:edits`,
    ...api.editLimitOf(channel),
    maxKept,
  });
  const posts = (channel: string): EditBucket => {
    const { isSharedWithEdits, ...limit } = api.postLimitOf(channel);
    return isSharedWithEdits ? edits(channel) : { name: `discord:${channel}:posts`, ...limit };
  };

  return {
    edits,
    async admitPost(channel, reply) {
      const grant = await editBudget.take(posts(channel), { reply, kind: 'final' });
      if (!grant.granted)
        throw new BotError('platform_rate_limited', {
          retryAfterMs: grant.waitMs,
          details: { foreseen: true },
        });
    },
    async postRefused(channel, retryAfterMs) {
      await editBudget.block(posts(channel), retryAfterMs);
    },
  };
};
