/** Vectors from any endpoint that speaks OpenAI's protocol. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Embedder, Vector } from '../../ports/embedder.ts';
import { createOpenAiClient, type OpenAiEndpoint } from './openai-client.ts';
import { createRetries } from './retries.ts';
import { translateError } from './translate-error.ts';
import { startWatchdog } from './watchdog.ts';

/** What text-generation-inference's sibling for embeddings takes at most by default; the others take more. */
const batchSize = 32;
const callTimeoutMs = 60_000;

export interface OpenAiEmbedderDeps extends OpenAiEndpoint {
  readonly model: string;
  /** Asks models that can for shorter vectors; absent: the model's own length. */
  readonly dimensions?: number;
  readonly clock: Clock;
}

const responseSchema = z.object({
  data: z.array(
    z.object({ index: z.number().int().nullish(), embedding: z.array(z.number()).min(1) }),
  ),
});

/** One call per 32 texts, one after the other; at most 3 tries in 30 s and 60 s for each call. Opens no connection before the first. */
export const createOpenAiEmbedder = (deps: OpenAiEmbedderDeps): Embedder => {
  const { model, dimensions, clock } = deps;
  const client = createOpenAiClient(deps);
  /** What the first answer had: a server that changes its model behind the same name must not fill the index with both. */
  let knownDimensions = dimensions;

  const askOnce = async (
    input: readonly string[],
    signal: AbortSignal,
  ): Promise<Float32Array[]> => {
    const endsAtMs = clock.monotonic() + callTimeoutMs;
    const watchdog = startWatchdog(clock, { firstMs: callTimeoutMs, endsAtMs });
    try {
      const response = await client.embeddings.create(
        {
          model,
          input: [...input],
          // The SDK's default is base64, which not every server knows; a third of the bytes is not worth a dialect.
          encoding_format: 'float',
          ...(dimensions === undefined ? {} : { dimensions }),
        },
        { signal: AbortSignal.any([signal, watchdog.signal]) },
      );
      return readVectors(response, input.length);
    } catch (error) {
      signal.throwIfAborted();
      if (watchdog.signal.aborted) throw new BotError('model_stalled');
      throw translateError(error, { nowMs: clock.now() });
    } finally {
      watchdog.stop();
    }
  };

  const ask = async (input: readonly string[], signal: AbortSignal): Promise<Float32Array[]> => {
    const retries = createRetries({ clock });
    for (;;) {
      signal.throwIfAborted();
      try {
        return await askOnce(input, signal);
      } catch (error) {
        if (!(error instanceof BotError)) throw error;
        await retries.waitAfter(error, { signal });
      }
    }
  };

  const checkDimensions = (vectors: readonly Float32Array[]): void => {
    for (const { length } of vectors) {
      knownDimensions ??= length;
      if (length === knownDimensions) continue;
      const details = { dimensions: length, expected: knownDimensions };
      throw new BotError('model_protocol_invalid', { details });
    }
  };

  return {
    model: dimensions === undefined ? model : `${model}@${dimensions}`,

    async embed(texts, { signal = new AbortController().signal } = {}) {
      const vectors: Vector[] = texts.map(() => undefined);
      // Endpoints refuse blank texts, and with them the whole call.
      const places = [...texts.keys()].filter((place) => texts[place]?.trim());
      for (let start = 0; start < places.length; start += batchSize) {
        const batch = places.slice(start, start + batchSize);
        const answered = await ask(
          batch.map((place) => texts[place] ?? ''),
          signal,
        );
        checkDimensions(answered);
        for (const [at, place] of batch.entries()) vectors[place] = toUnitLength(answered[at]);
      }
      return vectors;
    },
  };
};

/** In the order of the input, whatever the order of the response. */
const readVectors = (response: unknown, count: number): Float32Array[] => {
  const { success, data: read } = responseSchema.safeParse(response);
  const vectors: Float32Array[] = [];
  if (success) {
    for (const [at, { index, embedding }] of read.data.entries())
      vectors[index ?? at] = Float32Array.from(embedding);
  }
  // An index beyond the count or one that is missing leaves a hole or a wrong length.
  if (vectors.length === count && Object.keys(vectors).length === count) return vectors;
  throw new BotError('model_protocol_invalid', { details: { texts: count } });
};

/** Undefined for a vector without direction. */
const toUnitLength = (vector: Float32Array | undefined): Vector => {
  const length = Math.hypot(...(vector ?? []));
  return length > 0 && Number.isFinite(length) ? vector?.map((value) => value / length) : undefined;
};
