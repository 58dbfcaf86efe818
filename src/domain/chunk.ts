/** Documents and the chunks that they are cut into. */
import type { Audience } from './audience.ts';
import type { ChunkId, DocumentId, KnowledgeBaseId } from './ids.ts';

/** A named part of the knowledge, with the people who may read answers that rest on it. */
export interface KnowledgeBase {
  readonly id: KnowledgeBaseId;
  readonly audience: Audience;
}

/** One source file, page or message, as the index remembers it between two ingests. */
export interface KnowledgeDocument {
  readonly id: DocumentId;
  readonly knowledgeBaseId: KnowledgeBaseId;
  /** Which source of the knowledge base it came from (`Source.id`): another source's sync leaves it alone. */
  readonly sourceId: string;
  /** The path below the source's folder, with `/`: what `{path}` in a link template stands for. */
  readonly path: string;
  /** The first heading, or the file's name. */
  readonly title: string;
  /** Changes whenever the bytes, the chunking rules, the link template or the embedding model change. */
  readonly fingerprint: string;
}

/** Where a chunk stands in its document. */
export interface ChunkPlace {
  /** Headings above the chunk, outermost first; empty before the first heading. */
  readonly titlePath: readonly string[];
  /** GitHub's slug of the nearest heading; empty without one: what `{anchor}` stands for. */
  readonly anchor: string;
  /** 1-based line of the chunk's first line in the source. */
  readonly line: number;
}

/** A part of a chunk under a heading of its own: where a footnote leads when that part is what was cited. */
export interface ChunkSection {
  /** Where it begins in the chunk's text, in UTF-16 units. */
  readonly start: number;
  readonly place: ChunkPlace;
  readonly url?: string;
}

/** A piece of a document: what is searched, shown to the model, and cited. */
export interface Chunk {
  readonly id: ChunkId;
  readonly documentId: DocumentId;
  readonly knowledgeBaseId: KnowledgeBaseId;
  readonly documentTitle: string;
  /** Position in the document, from 0. */
  readonly ordinal: number;
  /** The passage as written, Markdown. Never empty. */
  readonly text: string;
  readonly place: ChunkPlace;
  /** Absolute link to the passage; absent when the source has no link template. */
  readonly url?: string;
  /** In their order, the first at 0; absent when the whole chunk stands under one heading. */
  readonly sections?: readonly ChunkSection[];
}
