/** What the fake does with one chat call, written down by the test. */
import type { Refusal, VendorError } from './refusals.ts';

/** One thing after another that the server does within an answer. */
export type Step =
  /** One delta of the answer. */
  | { readonly type: 'text'; readonly text: string }
  /** One delta of `reasoning_content`, as DeepSeek, vLLM and others send it. */
  | { readonly type: 'reasoning'; readonly text: string }
  | { readonly type: 'tool-call'; readonly name: string; readonly argumentsJson: string }
  /** A line that clients must ignore. */
  | { readonly type: 'comment'; readonly text: string }
  /** A chunk with no choice in it, as Azure sends first. */
  | { readonly type: 'empty-choices' }
  /** An error in mid-stream, after status 200; nothing but the ending follows. */
  | { readonly type: 'error'; readonly error: VendorError }
  | { readonly type: 'wait'; readonly ms: number }
  /** Silence until the client goes or the server closes; as the first step, before the response's head. */
  | { readonly type: 'hang' };

export interface AnswerScript {
  readonly steps: readonly Step[];
  /** The pace of text and reasoning; default as fast as it goes. */
  readonly tokensPerSecond?: number;
  /** When a usage chunk is sent. Default `asked`: with `stream_options.include_usage`. */
  readonly usage?: 'asked' | 'always' | 'never';
  /** Default `stop`, or `tool_calls` after a tool call. */
  readonly finishReason?: 'stop' | 'length' | 'content_filter';
  /**
   * `done`: finish chunk, usage, `[DONE]` (the default). `no-done`: without `[DONE]`. `ends`: the body just ends, with
   * none of them. `drops`: the connection is destroyed.
   */
  readonly ending?: 'done' | 'no-done' | 'ends' | 'drops';
  /** Whether a chunk with the role alone comes first; default true. */
  readonly roleFirst?: boolean;
  /** Every text chunk repeats all the text before it; default false. */
  readonly cumulative?: boolean;
  readonly framing?: Framing;
}

/** How the stream's bytes are cut into writes. A client in the same process reads each apart; one elsewhere mostly does. */
export interface Framing {
  readonly lineEnd?: '\n' | '\r\n';
  /** Several events in one write; default 1. */
  readonly eventsPerWrite?: number;
  /** Cuts every write into pieces of so many bytes, inside lines and inside characters. */
  readonly bytesPerWrite?: number;
}

export type ChatScript = AnswerScript | Refusal;

export interface AnswerOptions extends Omit<AnswerScript, 'steps'> {
  /** Comes before the answer, as `reasoning_content`. */
  readonly reasoning?: string;
}

/** A script that gives the text piece by piece, cut about as a model's tokens are: `[ID:0]` is five pieces. */
export function answer(
  text: string,
  { reasoning = '', ...rest }: AnswerOptions = {},
): AnswerScript {
  return {
    ...rest,
    steps: [
      ...splitTokens(reasoning).map((piece) => ({ type: 'reasoning', text: piece }) as const),
      ...splitTokens(text).map((piece) => ({ type: 'text', text: piece }) as const),
    ],
  };
}

/** Pieces that give the text when joined: up to six letters or three digits with the white space before them. */
export function splitTokens(text: string): readonly string[] {
  return text.match(/\s*(?:\p{L}{1,6}|\p{N}{1,3}|[^\s\p{L}\p{N}])|\s+/gu) ?? [];
}
