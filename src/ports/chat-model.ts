/** A language model that streams. */
import type { Chunk } from '../domain/chunk.ts';
import type { Message } from '../domain/message.ts';

export interface ChatModelRequest {
  /** System first, then the conversation, the user last. */
  readonly messages: readonly Message[];
  readonly maxOutputTokens: number;
  /** The same facts as in `messages`, as values: for models that quote instead of writing. Absent: no knowledge was retrieved. */
  readonly grounding?: { readonly question: string; readonly chunks: readonly Chunk[] };
}

export type ChatModelEvent =
  /** A piece of the answer: what came since the last one; may hold `<think>` tags. Never empty. */
  | { readonly type: 'text'; readonly text: string }
  /** A piece of the reasoning, from endpoints that send it apart. */
  | { readonly type: 'reasoning'; readonly text: string }
  | { readonly type: 'usage'; readonly promptTokens: number; readonly completionTokens: number }
  /** The last event. `stalled`: silence or time ran out after some text had come. */
  | { readonly type: 'finish'; readonly reason: 'stop' | 'length' | 'content_filter' | 'stalled' };

export interface ChatModel {
  readonly name: string;
  /** Input and output together. */
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
  /** True: it repeats sentences of the grounding and can do nothing else, so that it is not asked to rewrite a question or to read a file. */
  readonly quotesOnly?: boolean;
  /**
   * Throws `model_*` codes before the first text; after it, a failure of the connection ends the stream with `stalled`. At most 3 tries in 30 s, only before
   * the first text. Rejects with the signal's reason when it aborts, and closes the connection.
   */
  stream(
    request: ChatModelRequest,
    options: { readonly signal: AbortSignal },
  ): AsyncIterable<ChatModelEvent>;
}
