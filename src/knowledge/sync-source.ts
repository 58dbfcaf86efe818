/** Makes the index agree with a source: only what changed is embedded and written, what is gone is removed. */
import type { KnowledgeDocument } from '../domain/chunk.ts';
import { BotError } from '../domain/errors.ts';
import type { DocumentId } from '../domain/ids.ts';
import type { ChunkWriter } from '../ports/chunk-writer.ts';
import type { Embedder } from '../ports/embedder.ts';
import type { Parser } from '../ports/parser.ts';
import type { Source, SourceItem, SourceProblem, UnreadableReason } from '../ports/source.ts';
import {
  cutDocument,
  type DocumentRules,
  documentIdOf,
  fingerprintOf,
  parserFor,
  type ReadDocument,
} from './read-document.ts';
import { writeDocuments } from './write-documents.ts';

export interface SyncDeps {
  readonly source: Source;
  readonly parsers: readonly Parser[];
  readonly embedder: Embedder;
  readonly writer: ChunkWriter;
}

export interface SyncOptions extends Omit<DocumentRules, 'sourceId' | 'embeddingModel'> {
  /** Called after each document, in no particular order of paths. */
  readonly onProgress?: (progress: SyncProgress) => void;
  readonly signal?: AbortSignal;
}

export type SyncOutcome = 'added' | 'changed' | 'unchanged' | 'removed' | 'unreadable';

export interface SyncProgress {
  readonly path: string;
  readonly outcome: SyncOutcome;
  /** Of the source's documents, this one included; removals come after all of them. */
  readonly done: number;
  readonly total: number;
}

/** Numbers of documents. */
export interface SyncReport {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly removed: number;
  readonly unreadable: readonly SourceProblem[];
}

/** Chunks that are embedded in one call, at least; a document is never divided. */
const batchSize = 64;

/**
 * One unreadable document never stops the others. While a document or a folder above it cannot be reached (no permission, a failing disk, a missing root) its
 * indexed version stays; a document that is there but no longer usable leaves the index. Documents of other sources are not touched.
 *
 * Throws what embedder and writer throw (`model_*`, `store_unavailable`) and the signal's reason; documents written before stay, so the next sync goes on there.
 */
export const syncSource = async (deps: SyncDeps, options: SyncOptions): Promise<SyncReport> => {
  const { source, writer } = deps;
  const { signal } = options;
  const rules: DocumentRules = {
    ...options,
    sourceId: source.id,
    embeddingModel: deps.embedder.model,
  };
  const known = new Map<DocumentId, KnowledgeDocument>();
  for (const document of await writer.listDocuments(options.knowledgeBaseId))
    if (document.sourceId === source.id) known.set(document.id, document);
  const { items, problems } = await listAll(source, signal);
  const tally = createTally(items.length + problems.length, options.onProgress);
  for (const problem of problems) tally.unreadable(problem);

  let batch: ReadDocument[] = [];
  const flush = async (): Promise<void> => {
    await writeDocuments(deps, batch, {
      ...(signal === undefined ? {} : { signal }),
      onWritten: ({ id, path }) => tally.count(path, known.has(id) ? 'changed' : 'added'),
    });
    batch = [];
  };
  const present = new Set<DocumentId>();
  for (const item of items) {
    signal?.throwIfAborted();
    const read = await readItem(item, { parsers: deps.parsers, rules, known });
    if ('reason' in read) tally.unreadable({ path: item.path, reason: read.reason });
    else {
      present.add(read.id);
      if (read.changed === undefined) tally.count(item.path, 'unchanged');
      else batch.push(read.changed);
    }
    if (batch.reduce((sum, { chunks }) => sum + chunks.length, 0) >= batchSize) await flush();
  }
  await flush();
  signal?.throwIfAborted();

  const report = tally.report();
  for (const document of known.values()) {
    if (present.has(document.id) || isOutOfReach(document.path, report.unreadable)) continue;
    await writer.removeDocument(document.id);
    tally.count(document.path, 'removed');
  }
  return tally.report();
};

const listAll = async (
  source: Source,
  signal: AbortSignal | undefined,
): Promise<{ items: readonly SourceItem[]; problems: readonly SourceProblem[] }> => {
  const items: SourceItem[] = [];
  const problems: SourceProblem[] = [];
  for await (const entry of source.list(signal === undefined ? {} : { signal }))
    if ('reason' in entry) problems.push(entry);
    else items.push(entry);
  return { items, problems };
};

/** `changed` is absent when the index has exactly this document already. */
const readItem = async (
  item: SourceItem,
  context: {
    readonly parsers: readonly Parser[];
    readonly rules: DocumentRules;
    readonly known: ReadonlyMap<DocumentId, KnowledgeDocument>;
  },
): Promise<{ id: DocumentId; changed?: ReadDocument } | { reason: UnreadableReason }> => {
  const parser = parserFor(context.parsers, item.path);
  if (parser === undefined) return { reason: 'unsupported_type' };
  try {
    const bytes = await item.read();
    const id = documentIdOf(context.rules, item.path);
    const fingerprint = fingerprintOf(context.rules, bytes);
    if (context.known.get(id)?.fingerprint === fingerprint) return { id };
    const parsed = await parser.parse(bytes);
    return { id, changed: cutDocument({ path: item.path, parsed, fingerprint }, context.rules) };
  } catch (error) {
    return { reason: reasonOf(error) };
  }
};

/** A parser that gives up on a strange file (too deep a nesting) fails on that file only. */
const reasonOf = (error: unknown): UnreadableReason =>
  error instanceof BotError && typeof error.details['reason'] === 'string'
    ? (error.details['reason'] as UnreadableReason)
    : 'failed';

/** Nobody knows whether it is still there. */
const isOutOfReach = (path: string, problems: readonly SourceProblem[]): boolean =>
  problems.some(
    (problem) =>
      problem.path === '.' ||
      (['permission_denied', 'failed'].includes(problem.reason) &&
        (path === problem.path || path.startsWith(`${problem.path}/`))),
  );

const createTally = (total: number, onProgress: SyncOptions['onProgress']) => {
  const counts = { added: 0, changed: 0, unchanged: 0, removed: 0, unreadable: 0 };
  const unreadable: SourceProblem[] = [];
  const count = (path: string, outcome: SyncOutcome): void => {
    counts[outcome] += 1;
    const done = Math.min(total, Object.values(counts).reduce((a, b) => a + b) - counts.removed);
    onProgress?.({ path, outcome, done, total });
  };
  return {
    count,
    unreadable: (problem: SourceProblem): void => {
      unreadable.push(problem);
      count(problem.path, 'unreadable');
    },
    report: (): SyncReport => ({ ...counts, unreadable }),
  };
};
