/** Where a played answer goes: onto a stream of events, or into one JSON. */
import type { ServerResponse } from 'node:http';
import type { Clock } from '../../../src/ports/clock.ts';
import type { OpenCall } from './call-log.ts';
import type { ChatRequest } from './check-chat-request.ts';
import type { VendorError } from './refusals.ts';

export type Delta = Readonly<Record<string, unknown>>;

export interface AnswerSink {
  delta(delta: Delta): Promise<void>;
  emptyChoices(): Promise<void>;
  comment(text: string): Promise<void>;
  /** Hands over everything so far; silence follows. */
  flush(): Promise<void>;
  /** Nothing but `end` follows. */
  error(error: VendorError): Promise<void>;
  /** With an outcome the answer is complete, without one it just stops. */
  end(outcome?: Outcome): Promise<void>;
}

export interface Outcome {
  readonly finishReason: string;
  readonly usage: Usage;
}

export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

/** One chat call that was accepted. */
export interface Stage {
  readonly request: ChatRequest;
  readonly response: ServerResponse;
  readonly call: OpenCall;
  readonly clock: Pick<Clock, 'monotonic' | 'sleep'>;
  /** Aborts when the client goes or the server closes; then playing rejects. */
  readonly signal: AbortSignal;
}

/** The fields that every chunk and every completion of a call begins with. */
export function envelope({ request, call }: Stage, object: string): Delta {
  return {
    id: `chatcmpl-fake-${call.record.nth}`,
    object,
    created: 1_767_603_600,
    model: request.model,
  };
}
