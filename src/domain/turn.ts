/** A turn is one question and its answer; both share the turn's id. */
import type { Audience } from './audience.ts';
import type { Timings, Unfinished, Usage } from './chat-event.ts';
import type { ErrorCode } from './errors.ts';
import type { ConversationId, TurnId } from './ids.ts';
import type { Message } from './message.ts';
import type { Platform, ReplyAddress } from './platform.ts';
import type { Reference } from './reference.ts';

/** A question is at most this long, in UTF-16 units; a longer one is refused, never cut. */
export const maxQuestionLengthChars = 16_000;

/**
 * `queued → running → answered → done`, or `failed`, or `cancelled`.
 * `answered`: the answer is stored but not yet wholly delivered; whoever works on it next only delivers.
 */
export type TurnState = 'queued' | 'running' | 'answered' | 'done' | 'failed' | 'cancelled';

/** One message of a reply on its platform. */
export interface ReplyPart {
  /** Position in the reply, from 0. */
  readonly index: number;
  readonly platformId: string;
  /** Absent: a message of the answer. */
  readonly kind?: 'file' | 'ping';
}

/** A file that came with the question; its bytes stay on the platform until the question is answered. */
export interface QuestionFile {
  /** The platform's own. */
  readonly id: string;
  readonly name: string;
  readonly sizeBytes: number;
}

export interface Question {
  /** 1 to 16,000 characters; empty only on a turn that was refused at the door. */
  readonly text: string;
  readonly files?: readonly QuestionFile[];
}

export const maxReasonLengthChars = 1_000;

/** What somebody thinks of an answer. */
export interface Rating {
  /** The person, as the platform names them: one rating each. */
  readonly rater: string;
  readonly helpful: boolean;
  /** At most 1,000 characters. */
  readonly reason?: string;
  readonly at: Date;
}

export interface Answer {
  /** Decorated: `[ID:n]` repaired and inserted; no reasoning text. */
  readonly text: string;
  readonly unfinished?: Unfinished;
}

export interface Turn {
  readonly id: TurnId;
  readonly conversationId: ConversationId;
  /** Order of arrival in the conversation, from 1. */
  readonly seq: number;
  readonly platform: Platform;
  readonly state: TurnState;
  /** Whether somebody still has to work on it: unfinished, or its reply is still to be removed or put once more. */
  readonly open: boolean;
  /** How often an answer was begun; a hand-over does not count. */
  readonly attempt: number;
  /** How often delivery of a stored answer was begun. */
  readonly deliveries: number;
  /** Of the lease that wrote last; 0 before the first. */
  readonly fence: number;
  readonly question: Question;
  /** Grows whenever the question is edited before it was answered; absent: never. A running answer to an older revision begins anew. */
  readonly revision?: number;
  /** The question as edited after it was answered: the reply offers to answer that. */
  readonly editedText?: string;
  /** The reply is to be put once more (it has something new to offer). */
  readonly refreshReply?: boolean;
  /** Nobody asked the bot: it answers when it knows, and is silent otherwise. */
  readonly unprompted?: boolean;
  /** The bot was called into a thread of others, or in reply to somebody: what stands there is read before the question is answered. */
  readonly readThread?: boolean;
  /** The turn whose question this one answers again. */
  readonly repeats?: TurnId;
  /** Slack's `client_msg_id`: one id is one turn. */
  readonly clientMsgId?: string;
  /** What was said before the conversation's first turn, as an API client told it; only on a first turn. */
  readonly seedHistory?: readonly Message[];
  /** The platform's own time of the question. */
  readonly askedAt: Date;
  readonly asker: string;
  readonly audience: Audience;
  readonly replyTo: ReplyAddress;
  /** In order of index; what stands on the platform and must be edited, never posted again. */
  readonly parts: readonly ReplyPart[];
  /** Somebody may have posted for it before its first attempt (its place in the queue, or until a hand-over): a first post must look for that message. */
  readonly announced?: boolean;
  readonly answer?: Answer;
  /** A snapshot with the chunks' text: a later ingest may delete them. */
  readonly reference?: Reference;
  readonly timings?: Timings;
  readonly usage?: Usage;
  /** Why the turn failed, or, on a queued turn, why the door refused the question, and for how long where it said so. */
  readonly error?: { readonly code: ErrorCode; readonly retryAfterMs?: number };
  /** By rater. */
  readonly ratings?: Readonly<Record<string, Rating>>;
  readonly cancelRequestedAt?: Date;
  /** The reply is to disappear (the question was deleted). */
  readonly removeReply?: boolean;
  readonly endedAt?: Date;
}

/** What a door hands over; the store adds seq, state and counters. */
export type NewTurn = Pick<
  Turn,
  'id' | 'platform' | 'question' | 'askedAt' | 'asker' | 'audience' | 'replyTo'
> &
  Partial<
    Pick<Turn, 'clientMsgId' | 'seedHistory' | 'error' | 'unprompted' | 'readThread' | 'repeats'>
  >;

/** A turn as it begins. */
export const queueTurn = (
  turn: NewTurn,
  place: { readonly conversationId: ConversationId; readonly seq: number },
): Turn => ({
  ...turn,
  ...place,
  state: 'queued',
  open: true,
  attempt: 0,
  deliveries: 0,
  fence: 0,
  parts: [],
});

/** Whether a turn in this state will not be answered any more. */
export const isEnded = (state: TurnState): boolean =>
  state === 'done' || state === 'failed' || state === 'cancelled';

/** Whether somebody still has to work on a turn: it has not ended, or its reply is still to be removed or put once more. */
export const isOpen = (turn: Pick<Turn, 'state' | 'removeReply' | 'refreshReply'>): boolean =>
  !isEnded(turn.state) || turn.removeReply === true || turn.refreshReply === true;
