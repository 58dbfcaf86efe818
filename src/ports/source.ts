/** Where documents come from: a folder, later a wiki or a drive. */

/** Why a document did not go in. A code for the ingest report, never a text. */
export type UnreadableReason =
  /** Larger than the source reads; its bytes were not touched. */
  | 'too_large'
  /** Neither UTF-8 nor UTF-16 with a byte order mark: another encoding, or no text at all. */
  | 'wrong_encoding'
  /** A link that leads back to a folder above it. */
  | 'symlink_loop'
  | 'permission_denied'
  /** No parser for its extension, or no file (a pipe, a device). */
  | 'unsupported_type'
  /** Nothing in it but blanks. */
  | 'empty'
  /** It was listed, or is linked to, but is not there. */
  | 'gone'
  /** The disk or the parser failed on it. */
  | 'failed';

export interface SourceItem {
  /** Below the source's root, with `/`. */
  readonly path: string;
  readonly sizeBytes: number;
  /** The bytes now. Throws `document_unreadable` with an `UnreadableReason` as `details.reason`. */
  read(): Promise<Uint8Array>;
}

export interface SourceProblem {
  /** Of a file or a folder; `.` is the root itself. */
  readonly path: string;
  readonly reason: UnreadableReason;
}

export interface Source {
  /** Names the source within its knowledge base; documents keep it, so it must not change between two syncs. */
  readonly id: string;
  /** Every item once, by path, and what could not be listed. Never throws for a single item. Ends with the signal's reason when it aborts. */
  list(options?: { readonly signal?: AbortSignal }): AsyncIterable<SourceItem | SourceProblem>;
}
