/** Turns one item of a source into a document and its chunks, or says why not. */
import { createHash } from 'node:crypto';
import type { Chunk, ChunkPlace, KnowledgeDocument } from '../domain/chunk.ts';
import { BotError } from '../domain/errors.ts';
import type { DocumentId, KnowledgeBaseId } from '../domain/ids.ts';
import { asId } from '../domain/ids.ts';
import type { ParsedDocument, Parser } from '../ports/parser.ts';
import { type ChunkDraft, chunkDocument, chunkerVersion } from './chunk-document.ts';
import { fillLinkTemplate } from './link-template.ts';
import type { ChunkLimit } from './split-text.ts';

/** What decides, besides the bytes, how a source's documents look in the index. */
export interface DocumentRules {
  readonly knowledgeBaseId: KnowledgeBaseId;
  readonly sourceId: string;
  /** `Embedder.model`. */
  readonly embeddingModel: string;
  readonly chunking: ChunkLimit;
  /** With `{path}` and `{anchor}`. Absent: passages have no link. */
  readonly linkTemplate?: string;
}

export interface ReadDocument {
  readonly document: KnowledgeDocument;
  readonly chunks: readonly Chunk[];
}

/** The same at every sync, whatever the file holds. */
export const documentIdOf = (rules: DocumentRules, path: string): DocumentId =>
  asId(digest(rules.knowledgeBaseId, rules.sourceId, path).slice(0, 32));

/** Differs when the bytes or any of the rules differ. */
export const fingerprintOf = (rules: DocumentRules, bytes: Uint8Array): string =>
  digest(
    bytes,
    String(chunkerVersion),
    String(rules.chunking.maxTokens),
    rules.linkTemplate ?? '',
    rules.embeddingModel,
  );

/** Undefined when no parser reads files of this name. */
export const parserFor = (parsers: readonly Parser[], path: string): Parser | undefined =>
  parsers.find((parser) =>
    parser.extensions.some((extension) => path.toLowerCase().endsWith(extension)),
  );

/** Throws `document_unreadable` (`empty`) when nothing is in it. */
export const cutDocument = (
  file: { readonly path: string; readonly parsed: ParsedDocument; readonly fingerprint: string },
  rules: DocumentRules,
): ReadDocument => {
  const { title, chunks } = chunkDocument({ ...file.parsed, path: file.path }, rules.chunking);
  if (chunks.length === 0)
    throw new BotError('document_unreadable', { details: { reason: 'empty' } });
  const { knowledgeBaseId, sourceId } = rules;
  const id = documentIdOf(rules, file.path);
  const idOf = chunkIds(id);
  const linkTo = ({ anchor }: ChunkPlace) =>
    rules.linkTemplate === undefined
      ? {}
      : { url: fillLinkTemplate(rules.linkTemplate, { path: file.path, anchor }) };
  return {
    document: {
      id,
      knowledgeBaseId,
      sourceId,
      path: file.path,
      title,
      fingerprint: file.fingerprint,
    },
    chunks: chunks.map(
      (draft, ordinal): Chunk => ({
        id: asId(idOf(draft)),
        documentId: id,
        knowledgeBaseId,
        documentTitle: title,
        ordinal,
        text: draft.text,
        place: draft.place,
        ...linkTo(draft.place),
        ...(draft.sections.length > 1 && {
          sections: draft.sections.map((section) => ({ ...section, ...linkTo(section.place) })),
        }),
      }),
    ),
  };
};

/** Ids that stay when the passages around change; the same text for the second time in a document gets another id. */
const chunkIds = (documentId: DocumentId): ((draft: ChunkDraft) => string) => {
  const seen = new Map<string, number>();
  return ({ text }) => {
    const times = seen.get(text) ?? 0;
    seen.set(text, times + 1);
    return digest(documentId, text, String(times)).slice(0, 32);
  };
};

/** SHA-256 in hex over the parts with their lengths, so that no two lists of parts look alike. */
const digest = (...parts: readonly (string | Uint8Array)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex');
};
