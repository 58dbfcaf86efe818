/** How terms, vectors and lists look to the database. */

/** A term that only matches inside its knowledge base. Nothing in it ends a word for the tokenizer but what `tokenize` would not put there. */
export const indexedTerm = (kb: number, term: string): string => `${kb}:${term}`;

/** The vector's floats as bytes, in the machine's order (little-endian wherever libsql has a build). Shares the memory. */
export const blobOf = (vector: Float32Array): Buffer =>
  Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);

export const vectorOf = (blob: ArrayBuffer): Float32Array => new Float32Array(blob);

/** Placeholders for a list of values. */
export const marks = (values: readonly unknown[]): string => values.map(() => '?').join(', ');
