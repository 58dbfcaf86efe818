/** Measures a query of the chunk index at 20,000 chunks, as a whole and by part, and what the 1-bit shortlist loses. */
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { fuseCandidates } from '../src/chat/fuse-candidates.ts';
import { queryTerms } from '../src/chat/query-terms.ts';
import { asId, type KnowledgeBaseId } from '../src/domain/ids.ts';
import { tokenizeChunk } from '../src/domain/tokens.ts';
import { chunkMigrations } from '../src/drivers/libsql/chunk-schema.ts';
import { createChunkWriter } from '../src/drivers/libsql/chunk-writer.ts';
import { type Database, openDatabase } from '../src/drivers/libsql/database.ts';
import { findCandidates, knowledgeBaseNumbers } from '../src/drivers/libsql/find-candidates.ts';
import { loadCandidates } from '../src/drivers/libsql/load-candidates.ts';
import { nearestVectors, shortlistVectors } from '../src/drivers/libsql/search-vectors.ts';
import { countFrequency, searchWords } from '../src/drivers/libsql/search-words.ts';
import { createLocalEmbedder } from '../src/drivers/local-embedder/local-embedder.ts';
import { countCl100kTokens } from '../src/drivers/system/cl100k-counter.ts';
import { chunkDocument, defaultMaxTokens } from '../src/knowledge/chunk-document.ts';
import type { IndexedChunk } from '../src/ports/chunk-writer.ts';
import type { Embedder, Vector } from '../src/ports/embedder.ts';
import { printTable } from './print-table.ts';

const examples = path.resolve(import.meta.dirname, '../examples');
const chunkCount = 20_000;
const chunksPerDocument = 10;
/** The dialogs' default: the length of the shortlist. */
const topK = 1024;
/** What goes on to the ranking from each search. */
const limit = 64;
const knowledgeBaseId = asId<KnowledgeBaseId>('bench');

export interface IndexLatencyFigures {
  /** By part: milliseconds. */
  readonly parts: Readonly<Record<string, { readonly p50: number; readonly p95: number }>>;
  /** Of the exact scan's nearest, the share that the shortlist of `topK` held. */
  readonly recallAt10: number;
  readonly recallAt100: number;
}

/**
 * Chunks are made of the handbook's: the text is lines of four of them mixed, the vector is one of theirs plus a random direction of the same length, so that there
 * are as many clusters as handbook chunks. Questions and their vectors are the handbook's real ones. The same numbers at every run.
 */
export const benchIndexLatency = async (): Promise<IndexLatencyFigures> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'footnote-bench-'));
  const file = path.join(folder, 'chunks.db');
  const embedder = createLocalEmbedder();
  const database = openDatabase(file, chunkMigrations);
  try {
    const startMs = performance.now();
    await fill(database, embedder);
    const fillMs = performance.now() - startMs;
    const figures = await measure(database, embedder);
    printTable(
      `Index: ${chunkCount} chunks, ${((await stat(file)).size / 1e6).toFixed(0)} MB, written in ${(fillMs / 1000).toFixed(0)} s; topK ${topK}; milliseconds per question`,
      ['', 'p50', 'p95'],
      Object.entries(figures.parts).map(([part, { p50, p95 }]) => [
        part,
        p50.toFixed(1),
        p95.toFixed(1),
      ]),
    );
    process.stdout.write(
      `Shortlist of ${topK} against the exact scan: recall@10 ${figures.recallAt10.toFixed(4)}, recall@100 ${figures.recallAt100.toFixed(4)}\n\n`,
    );
    return figures;
  } finally {
    database.close();
    await rm(folder, { recursive: true });
  }
};

const fill = async (database: Database, embedder: Embedder): Promise<void> => {
  const random = createRandom(7);
  const seeds = await handbookChunks();
  const vectors = await embedder.embed(seeds.map(({ text }) => text));
  const writer = createChunkWriter(database, embedder.model);
  for (let first = 0; first < chunkCount; first += chunksPerDocument) {
    const id = asId<never>(`document-${first}`);
    const chunks = Array.from({ length: chunksPerDocument }, (_, ordinal): IndexedChunk => {
      const at = Math.floor(random() * seeds.length);
      const { title, titlePath } = seeds[at] ?? { title: '', titlePath: [] };
      const lines = [0, 1, 2, 3].flatMap(() =>
        (seeds[Math.floor(random() * seeds.length)]?.text ?? '')
          .split('\n')
          .filter(() => random() < 0.25),
      );
      const text = lines.join('\n') || title;
      return {
        chunk: {
          id: asId(`chunk-${first + ordinal}`),
          documentId: id,
          knowledgeBaseId,
          documentTitle: title,
          ordinal,
          text,
          place: { titlePath, anchor: '', line: 1 },
        },
        tokens: tokenizeChunk({ documentTitle: title, titlePath, text }),
        vector: nearby(vectors[at], random),
      };
    });
    await writer.putDocument(
      { id, knowledgeBaseId, sourceId: 'bench', path: id, title: 'Bench', fingerprint: '' },
      chunks,
    );
  }
};

const handbookChunks = async () => {
  const folder = path.join(examples, 'handbook');
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.md'));
  const documents = await Promise.all(
    files.toSorted().map(async (name) => ({
      path: name,
      format: 'markdown' as const,
      text: await readFile(path.join(folder, name), 'utf8'),
    })),
  );
  const limit = { countTokens: countCl100kTokens, maxTokens: defaultMaxTokens };
  return documents.flatMap((document) => {
    const { title, chunks } = chunkDocument(document, limit);
    return chunks.map(({ text, place }) => ({ title, text, titlePath: place.titlePath }));
  });
};

const measure = async (database: Database, embedder: Embedder): Promise<IndexLatencyFigures> => {
  const questions = parse(await readFile(path.join(examples, 'handbook-questions.yaml'), 'utf8'))
    .answerable as readonly { readonly question: string }[];
  const vectors = await embedder.embed(questions.map(({ question }) => question));
  const kbs = knowledgeBaseNumbers(database, [knowledgeBaseId]);
  const times = new Map<string, number[]>();
  const timed = <Result>(part: string, work: () => Result): Result => {
    const startMs = performance.now();
    const result = work();
    times.set(part, [...(times.get(part) ?? []), performance.now() - startMs]);
    return result;
  };
  const recalls = { at10: [] as number[], at100: [] as number[] };
  const embeddingModel = embedder.model;
  for (const [at, { question }] of questions.entries()) {
    const vector = vectors[at];
    if (vector === undefined) continue;
    const terms = queryTerms(question);
    const frequency = timed('counts for IDF', () => countFrequency(database, { kbs, terms }));
    const byWords = timed('words', () => searchWords(database, { kbs, frequency, limit }));
    const shortlist = timed('vectors: shortlist', () =>
      shortlistVectors(database, { kbs, embeddingModel, vector, limit: topK }),
    );
    const byVectors = timed('vectors: rescore', () =>
      nearestVectors(database, shortlist, { vector, limit }),
    );
    const numbers = [...new Set([...byWords, ...byVectors])];
    timed('load candidates', () => loadCandidates(database, numbers, embeddingModel));
    const query = { knowledgeBaseIds: [knowledgeBaseId], terms, vector, topK, embeddingModel };
    const found = timed('query as a whole', () =>
      database.snapshot(() => findCandidates(database, query)),
    );
    timed('fusion', () =>
      fuseCandidates(found, {
        terms,
        vector,
        similarityThreshold: 0.2,
        vectorSimilarityWeight: 0.6,
        topN: 6,
      }),
    );
    const exact = exactScan(database, vector);
    recalls.at10.push(shareHeld(exact.slice(0, 10), shortlist));
    recalls.at100.push(shareHeld(exact.slice(0, 100), shortlist));
  }
  return {
    parts: Object.fromEntries(
      [...times].map(([part, ms]) => [part, { p50: quantile(ms, 0.5), p95: quantile(ms, 0.95) }]),
    ),
    recallAt10: mean(recalls.at10),
    recallAt100: mean(recalls.at100),
  };
};

const exactScan = (database: Database, vector: Float32Array): readonly number[] =>
  nearestVectors(
    database,
    database.all<{ chunk: number }>('SELECT chunk FROM vectors').map(({ chunk }) => chunk),
    { vector, limit: 100 },
  );

const shareHeld = (wanted: readonly number[], found: readonly number[]): number => {
  const held = new Set(found);
  return wanted.filter((chunk) => held.has(chunk)).length / wanted.length;
};

/** The vector plus a random direction of the same length, at unit length: their cosine is about 0.7. */
const nearby = (vector: Vector, random: () => number): Vector => {
  if (vector === undefined) return undefined;
  const noise = vector.map(
    () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  );
  const noiseLength = Math.hypot(...noise);
  const sum = vector.map((value, at) => value + (noise[at] ?? 0) / noiseLength);
  const length = Math.hypot(...sum);
  return sum.map((value) => value / length);
};

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[
    Math.min(values.length - 1, Math.floor(values.length * share))
  ] ?? 0;

/** Mulberry32: a small generator with a seed. */
const createRandom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await benchIndexLatency();
