/** How many edits and other calls a platform takes, shared by everybody who makes them: drafts take what is left, finals have a reserve. */
import type { TurnId } from '../domain/ids.ts';

/** What a platform counts together: a workspace's `chat.update`, a channel's messages, all requests of a bot, … */
export interface EditBucket {
  /** Unique over all platforms; ids only. */
  readonly name: string;
  /** Edits within any `windowMs`. */
  readonly limit: number;
  readonly windowMs: number;
  /** At most so many edits are kept for finals, for a window that is over sooner than an answer; absent: one for each live reply. */
  readonly maxKept?: number;
}

/** Finals are granted while anything is left; a draft only while an edit stays for the final of every live reply of the bucket, or `maxKept`. */
export type EditKind = 'draft' | 'final';

/** How much the replies of a bucket may still do. */
export interface EditLoad {
  /** Drafts that would be granted now; 0 while the bucket is blocked. Negative: so many finals too many, for which no edit is kept. */
  readonly remaining: number;
  /** Replies that are growing in the bucket, the asking one included. */
  readonly liveReplies: number;
}

export type EditGrant =
  | ({ readonly granted: true } & EditLoad)
  | {
      readonly granted: false;
      /** At least 1. Nothing is left before, unless a reply leaves without its final. */
      readonly waitMs: number;
      readonly liveReplies: number;
    };

/** Never rejects: what cannot be asked of the others is decided alone, by this process's share. */
export interface EditBudget {
  /** A reply begins to grow: an edit is kept for its final from now on. It counts as live until `leave`, or for 60 s after it joined or asked last. */
  join(bucket: EditBucket, reply: TurnId): Promise<EditLoad>;
  /** Takes one edit, for a call that begins at once. Joins too. */
  take(
    bucket: EditBucket,
    edit: { readonly reply: TurnId; readonly kind: EditKind },
  ): Promise<EditGrant>;
  /** The platform refused an edit: nobody gets one of this bucket for so long. A longer block stays. */
  block(bucket: EditBucket, forMs: number): Promise<void>;
  /** The reply grows no more: its reserve is given back. */
  leave(bucket: EditBucket, reply: TurnId): Promise<void>;
  close(): Promise<void>;
}
