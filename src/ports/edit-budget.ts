/** How many edits a platform takes, shared by everybody who edits there: drafts take what is left, finals have a reserve. */
import type { TurnId } from '../domain/ids.ts';

/** What a platform counts together: a workspace's `chat.update`, a channel's messages, … */
export interface EditBucket {
  /** Unique over all platforms; ids only. */
  readonly name: string;
  /** Edits within any `windowMs`. */
  readonly limit: number;
  readonly windowMs: number;
}

/** Finals are granted while anything is left; a draft only while an edit stays for the final of every live reply of the bucket. */
export type EditKind = 'draft' | 'final';

export type EditGrant =
  | {
      readonly granted: true;
      /** Drafts that would still be granted now. */
      readonly remaining: number;
      /** Replies that are growing in the bucket, this one included. */
      readonly liveReplies: number;
    }
  | {
      readonly granted: false;
      /** Asking earlier is in vain; at least 1. */
      readonly waitMs: number;
      readonly liveReplies: number;
    };

/** Never rejects: what cannot be asked of the others is decided alone, by this process's share. */
export interface EditBudget {
  /** Takes one edit. The reply counts as live until `leave`, or for 60 s after it asked last. */
  take(
    bucket: EditBucket,
    edit: { readonly reply: TurnId; readonly kind: EditKind },
  ): Promise<EditGrant>;
  /** The platform refused an edit: nobody gets one of this bucket for so long. */
  block(bucket: EditBucket, forMs: number): Promise<void>;
  /** The reply grows no more: its reserve is given back. */
  leave(bucket: EditBucket, reply: TurnId): Promise<void>;
  close(): Promise<void>;
}
