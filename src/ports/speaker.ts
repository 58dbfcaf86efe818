/** The speaking half of a platform: renders and sends; splitting, citations and pacing are the core's. */
import type { ErrorCode } from '../domain/errors.ts';
import type { Platform } from '../domain/platform.ts';
import type { ReplyPart, Turn } from '../domain/turn.ts';

export interface PutPartOptions {
  /** Drafts may be dropped by the platform's half, finals never. */
  readonly final: boolean;
  /** The markup was refused: send the text without any. */
  readonly plain?: boolean;
  /** The message that stands can't be edited any more: post another one in its place. */
  readonly fresh?: boolean;
  readonly signal: AbortSignal;
}

/** The messages that show one turn's answer. Errors: `platform_*`, `reply_deleted`, `reply_uneditable`; see each. */
export interface Reply {
  /**
   * Posts the part, or edits the message that stands for this index. Resolves with the message's platform id when the platform has confirmed it.
   * A first post is idempotent: after an unclear outcome it looks for its own message before it posts again.
   * Throws `platform_rate_limited` (`retryAfterMs`), `platform_unavailable` (outcome unknown), `reply_deleted` (a person took it away),
   * `reply_uneditable` (post a fresh one), `platform_forbidden` (not in the place any more), `platform_rejected` (this text is refused; plain text may pass).
   */
  putPart(index: number, markdown: string, options: PutPartOptions): Promise<string>;
  /** Takes the message of this index away. A message that is gone already is a success. */
  removePart(index: number, options: { readonly signal: AbortSignal }): Promise<void>;
  /** Removes messages that carry this turn's id but are none of its parts (a post whose confirmation was lost). */
  removeStrays(options: { readonly signal: AbortSignal }): Promise<void>;
  /** Tells the asker in private, once, the sentence of a code: for when the place itself refuses us. */
  noticePrivately(code: ErrorCode, options: { readonly signal: AbortSignal }): Promise<void>;
}

export interface Speaker {
  readonly platform: Platform;
  /** What `measure` may be at most for one part. */
  readonly maxPart: number;
  /** Edits that the platform takes per minute from all replies together. */
  readonly editsPerMinute: number;
  /** Size of a Markdown text as the platform counts it (each its own way), linear in the text. */
  measure(markdown: string): number;
  /**
   * The reply of a turn; costs nothing. `parts` are those that stand already.
   *
   * @param options.firstAttempt False when somebody may have posted before: the first post then looks for it.
   */
  openReply(
    turn: Turn,
    options: { readonly parts: readonly ReplyPart[]; readonly firstAttempt: boolean },
  ): Reply;
}
