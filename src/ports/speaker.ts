/** The speaking half of a platform: renders and sends; splitting, citations and pacing are the core's. */
import type { ErrorCode } from '../domain/errors.ts';
import type { Platform, ReplyAddress } from '../domain/platform.ts';
import type { ReplyPart, Turn } from '../domain/turn.ts';
import type { EditBucket } from './edit-budget.ts';

/**
 * What a person can do with the reply: stop the answer, rate it, have the question answered again, read the passages it rests on.
 * `again-edited` stands in place of `again` when the question was edited after its answer.
 */
export type ReplyAction = 'stop' | 'feedback' | 'again' | 'again-edited' | 'passages';

export interface PutPartOptions {
  /** Drafts may be dropped by the platform's half, finals never. */
  readonly final: boolean;
  /** Of a draft: how many UTF-16 units of the text, from its beginning, will stand in every later draft of the part. Absent: none is known. */
  readonly committedChars?: number;
  /** Offered on this message, in this order; absent or empty: none, and those of before disappear. */
  readonly actions?: readonly ReplyAction[];
  /** The message is there to notify the asker: it is posted with a mention that rings. */
  readonly ping?: boolean;
  /** The markup was refused: send the text without any. */
  readonly plain?: boolean;
  /** The message that stands can't be edited any more: post another one in its place. */
  readonly fresh?: boolean;
  readonly signal: AbortSignal;
}

/** The rest of an answer that is too long for messages. */
export interface ReplyFile {
  /** `answer.md`. */
  readonly name: string;
  readonly text: string;
}

/** A thread that was made for a reply: what the turn stores from then on, and the key under which follow-ups in it find the conversation. */
export interface OpenedThread {
  readonly replyTo: ReplyAddress;
  readonly conversationKey: string;
}

/** The messages that show one turn's answer. Errors: `platform_*`, `reply_deleted`, `reply_uneditable`; see each. */
export interface Reply {
  /**
   * Makes the thread that the answer goes to, for a question that has none (a command). Idempotent as a first post is. Undefined when there is nothing to make.
   */
  openThread(options: { readonly signal: AbortSignal }): Promise<OpenedThread | undefined>;
  /**
   * Posts the part, or edits the message that stands for this index. Resolves with the message's platform id when the platform has confirmed it.
   * A first post is idempotent: after an unclear outcome it looks for its own message before it posts again.
   * Throws `platform_rate_limited` (`retryAfterMs`), `platform_unavailable` (outcome unknown), `platform_unauthorized` (the bot's token is refused), `reply_deleted` (a person took it away),
   * `reply_uneditable` (post a fresh one), `platform_forbidden` (not in the place any more), `platform_rejected` (this text is refused; plain text may pass).
   */
  putPart(index: number, markdown: string, options: PutPartOptions): Promise<string>;
  /** Attaches the file as the part of this index, once: a file that stands is not sent again. Idempotent and with the errors of `putPart`. */
  putFile(
    index: number,
    file: ReplyFile,
    options: { readonly signal: AbortSignal },
  ): Promise<string>;
  /** Takes the message of this index away. A message that is gone already is a success. */
  removePart(index: number, options: { readonly signal: AbortSignal }): Promise<void>;
  /** Removes messages that carry this turn's id but are none of its parts (a post whose confirmation was lost). */
  removeStrays(options: { readonly signal: AbortSignal }): Promise<void>;
  /** Tells the asker in private, once, the sentence of a code: for when the place itself refuses us. */
  noticePrivately(code: ErrorCode, options: { readonly signal: AbortSignal }): Promise<void>;
}

/** A run of an answer, never empty: its own text, or one mark of a footnote with the blanks before it. */
export interface AnswerPiece {
  readonly text: string;
  readonly mark: boolean;
}

/**
 * Puts an answer that grows into the Markdown that the platform can show, before it is measured and cut. However the answer comes in pieces, what goes out,
 * joined, is the same. Linear in the answer.
 */
export interface MarkdownDialect {
  /** What is decided by now. A table may be held back until it is whole. */
  push(piece: AnswerPiece): readonly AnswerPiece[];
  /** What is held back, as it would be shown if the answer ended here; empty for nothing. Changes nothing. */
  pending(): string;
  /** The rest; nothing more comes. */
  end(): readonly AnswerPiece[];
}

export interface Speaker {
  readonly platform: Platform;
  /** Absent: the platform shows all Markdown of an answer (CommonMark with tables) as it is. */
  readonly openDialect?: () => MarkdownDialect;
  /** What `measure` may be at most for one part. */
  readonly maxPart: number;
  /** How many messages an answer may take; the rest of a longer one goes into a file. */
  readonly maxParts: number;
  /** Size of a Markdown text as the platform counts it (each its own way). Adds up over pieces cut between code points; linear. */
  measure(markdown: string): number;
  /** What the edits of this turn's reply count against. */
  editBucket(turn: Turn): EditBucket;
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
