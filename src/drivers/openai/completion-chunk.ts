/** Reads one chunk of a streamed completion, as lenient as the many servers that speak the protocol are loose. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import type { EventBatch } from './read-events.ts';
import type { CumulativeUnfolder } from './unfold-cumulative.ts';

const count = z.number().int().nonnegative();

/** Fields that are not listed are ignored; all listed ones may be absent or null. */
const chunkSchema = z.object({
  choices: z
    .array(
      z.object({
        delta: z
          .object({
            content: z.string().nullish(),
            reasoning_content: z.string().nullish(),
            reasoning: z.string().nullish(),
            refusal: z.string().nullish(),
          })
          .nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: z.object({ prompt_tokens: count, completion_tokens: count }).nullish(),
});

export interface CompletionChunk {
  /** Empty: none in this chunk. */
  readonly text: string;
  readonly reasoning: string;
  readonly finishReason: string | undefined;
  readonly usage: { readonly promptTokens: number; readonly completionTokens: number } | undefined;
}

/** Throws `model_protocol_invalid` for another shape, `model_refused` when the model declines in the field made for that. */
export const readCompletionChunk = (data: unknown): CompletionChunk => {
  const { success, data: chunk } = chunkSchema.safeParse(data);
  if (!success) throw new BotError('model_protocol_invalid');
  const choice = chunk.choices?.[0];
  const delta = choice?.delta;
  if (delta?.refusal) throw new BotError('model_refused');
  const { usage } = chunk;
  return {
    text: delta?.content ?? '',
    // vLLM renamed the field and for a while sends both, with the same text.
    reasoning: delta?.reasoning_content ?? delta?.reasoning ?? '',
    finishReason: choice?.finish_reason ?? undefined,
    usage: usage
      ? { promptTokens: usage.prompt_tokens, completionTokens: usage.completion_tokens }
      : undefined,
  };
};

/** A chunk that cannot be read ends the stream behind what came before it. */
export const readChunks = ({
  events,
  failure,
}: EventBatch): { readonly chunks: readonly CompletionChunk[]; readonly failure?: unknown } => {
  const chunks: CompletionChunk[] = [];
  try {
    for (const event of events) chunks.push(readCompletionChunk(event));
    return { chunks, failure };
  } catch (error) {
    return { chunks, failure: error };
  }
};

export type CompletionText = { readonly type: 'text' | 'reasoning'; readonly text: string };

/** What came together, in as few pieces as there are changes between text and reasoning; none of them empty. */
export const joinTexts = (
  chunks: readonly CompletionChunk[],
  unfolder: Pick<CumulativeUnfolder, 'push'>,
): readonly CompletionText[] => {
  const joined: { type: CompletionText['type']; text: string }[] = [];
  const add = (type: CompletionText['type'], text: string): void => {
    if (text === '') return;
    const last = joined.at(-1);
    if (last?.type === type) last.text += text;
    else joined.push({ type, text });
  };
  for (const { reasoning, text } of chunks) {
    add('reasoning', reasoning);
    if (text !== '') add('text', unfolder.push(text));
  }
  return joined;
};

/** Unknown reasons are a stop: the model came to an end by itself. `error` is OpenRouter's for a provider that broke off. */
export const readFinishReason = (
  reason: string,
): 'stop' | 'length' | 'content_filter' | 'stalled' => {
  if (reason === 'length' || reason === 'content_filter') return reason;
  return reason === 'error' ? 'stalled' : 'stop';
};
