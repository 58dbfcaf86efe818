/** Keeps an answer's events while it is written and for one hour after its end, so that readers may come late or come back. */
import type { AnswerEvent } from '../domain/chat-event.ts';
import type { TurnId } from '../domain/ids.ts';

export interface AnswerLogEntry {
  /** Grows within a turn; opaque otherwise. What `Last-Event-ID` carries. */
  readonly id: string;
  readonly event: AnswerEvent;
}

export interface AnswerLog {
  /**
   * Adds an event; order of calls is order in the log. Every attempt begins with a `reset`, and only a `reset` creates the log of a turn: any other
   * event for a log that does not exist (lost, flushed, expired) rejects with `queue_unavailable`, so that the writer notices and begins anew.
   * A rejected append closes the turn's log to all but `reset`, `final` and `error`. A `final` or `error` event ends the log; a later `reset` opens it again. Rejects with `queue_unavailable` within 2 s when the log cannot be reached.
   */
  append(turnId: TurnId, event: AnswerEvent): Promise<void>;
  /**
   * The events after `after` (from the first when absent), then new ones as they come, ending after a `final` or `error` event.
   * An `after` that this log does not know (it was lost or has expired) ends the iteration at once without an entry. Ends when the signal aborts.
   * Rejects with `queue_unavailable` when the log cannot be reached. Uses no connection per reader.
   */
  read(
    turnId: TurnId,
    options: { readonly after?: string; readonly signal: AbortSignal },
  ): AsyncIterable<AnswerLogEntry>;
  /** Whether anything is kept for the turn. */
  has(turnId: TurnId): Promise<boolean>;
  close(): Promise<void>;
}
