/** An embedder whose vectors a test can foresee: texts that share a topic point the same way. */
import { BotError, type ErrorCode } from '../../src/domain/errors.ts';
import type { Embedder, Vector } from '../../src/ports/embedder.ts';

export interface FakeEmbedder extends Embedder {
  /** Every batch in order. */
  readonly batches: readonly (readonly string[])[];
  /** Every call from now on throws this code. */
  fail(code: ErrorCode): void;
  /** Every call from now on waits until its signal aborts. */
  hang(): void;
}

/**
 * One dimension per topic: a text points to the topics that occur in it (small letters compared), all equally. A text without any has no vector.
 *
 * @param topics In small letters.
 */
export const createFakeEmbedder = (topics: readonly string[] = []): FakeEmbedder => {
  const batches: (readonly string[])[] = [];
  let failure: ErrorCode | undefined;
  let hanging = false;

  const toVector = (text: string): Vector => {
    const hits = topics.map((topic) => (text.toLowerCase().includes(topic) ? 1 : 0));
    const length = Math.sqrt(hits.reduce<number>((sum, hit) => sum + hit, 0));
    return length === 0 ? undefined : Float32Array.from(hits, (hit) => hit / length);
  };

  return {
    model: 'fake',
    batches,
    fail: (code) => {
      failure = code;
    },
    hang: () => {
      hanging = true;
    },
    embed: async (texts, { signal } = {}) => {
      signal?.throwIfAborted();
      if (texts.length === 0) return [];
      batches.push(texts);
      if (failure !== undefined) throw new BotError(failure);
      if (hanging)
        await new Promise<never>((_, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
        });
      return texts.map(toVector);
    },
  };
};
