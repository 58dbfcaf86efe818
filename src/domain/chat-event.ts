/** An answer is a stream of events: any number of status, reasoning and delta, then one final. Errors throw. */
import type { Reference } from './reference.ts';

/** What the pipeline is busy with; shown to the person as a status. */
export type ChatPhase = 'refining' | 'retrieving' | 'generating';

/** Milliseconds of each step, on a monotonic clock. A step that did not run is absent. */
export interface Timings {
  readonly refineMs?: number;
  readonly retrieveMs?: number;
  /** From the request to the model until its first visible text. */
  readonly firstTokenMs?: number;
  readonly generateMs?: number;
  readonly totalMs: number;
}

/** Tokens as the endpoint counted them, or our own count when it told none (`estimated`). */
export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly estimated: boolean;
}

/** Why a complete-looking answer is not one. */
export type Unfinished = 'stalled' | 'length' | 'content_filter' | 'stopped';

export interface FinalEvent {
  readonly type: 'final';
  /** The whole answer with repaired and inserted `[ID:n]`, without reasoning. */
  readonly answer: string;
  readonly reference: Reference;
  readonly timings: Timings;
  readonly usage: Usage;
  /** Present when the model stopped before the end; what came is kept. */
  readonly unfinished?: Unfinished;
}

export type ChatEvent =
  | { readonly type: 'status'; readonly phase: Exclude<ChatPhase, 'generating'> }
  /** The model is about to be asked; what it sees is known, so that citations can be numbered and linked while the text grows. */
  | { readonly type: 'status'; readonly phase: 'generating'; readonly reference: Reference }
  | { readonly type: 'reasoning'; readonly text: string }
  | { readonly type: 'delta'; readonly text: string }
  | FinalEvent;

/** What the AnswerLog holds: the chat events, resets between attempts, and the end. */
export type AnswerEvent =
  | ChatEvent
  /** The reader forgets the deltas of the attempt before. */
  | { readonly type: 'reset'; readonly attempt: number }
  /** The turn ended without a final; `code` is an `ErrorCode` or `cancelled`. */
  | { readonly type: 'error'; readonly code: string };
