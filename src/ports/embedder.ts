/** Turns texts into vectors. */

/** Unit length, `dimensions` long; undefined for a text that the model cannot represent (another language, blank). */
export type Vector = Float32Array | undefined;

export interface Embedder {
  /** Changes when vectors of before cannot be compared with new ones. */
  readonly model: string;
  /** One vector per text, in order. Empty input gives an empty list without a call. Throws `model_*` codes. */
  embed(
    texts: readonly string[],
    options?: { readonly signal?: AbortSignal },
  ): Promise<readonly Vector[]>;
}
