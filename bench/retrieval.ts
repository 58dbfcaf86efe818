/** Measures whether the passage that answers a question is found: the handbook's 60 questions through the real chunking, embedding, index and fusion. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { fuseCandidates } from '../src/chat/fuse-candidates.ts';
import { queryTerms } from '../src/chat/query-terms.ts';
import { asId, type KnowledgeBaseId } from '../src/domain/ids.ts';
import { openChunkIndex } from '../src/drivers/libsql/open-chunk-index.ts';
import { createLocalEmbedder } from '../src/drivers/local-embedder/local-embedder.ts';
import { markdownParser } from '../src/drivers/parsers/markdown-parser.ts';
import { createFolderSource } from '../src/drivers/sources/folder-source.ts';
import { countCl100kTokens } from '../src/drivers/system/cl100k-counter.ts';
import { defaultMaxTokens } from '../src/knowledge/chunk-document.ts';
import { syncSource } from '../src/knowledge/sync-source.ts';
import type { ChunkSearch } from '../src/ports/chunk-search.ts';
import type { Vector } from '../src/ports/embedder.ts';
import { printTable } from './print-table.ts';

const examples = path.resolve(import.meta.dirname, '../examples');
const handbook = asId<KnowledgeBaseId>('handbook');

interface AnswerableQuestion {
  readonly id: string;
  readonly question: string;
  readonly page: string;
  readonly sentence: string;
}

export interface RetrievalFigures {
  readonly recallAt6: number;
  readonly recallAt10: number;
  /** Mean of 1 / rank; a passage that is not found counts 0. */
  readonly meanReciprocalRank: number;
  /** Ids of the questions whose passage is not among the first six. */
  readonly missed: readonly string[];
}

/** How much the vector counts: the examples' setting, and RAGFlow's default beside it. */
const vectorWeight = 0.6;
const ragflowVectorWeight = 0.3;

/** Prints the table and resolves with the rows by name. Takes about half a minute, most of it embedding. */
export const benchRetrieval = async (
  options: { readonly maxTokens?: number } = {},
): Promise<Readonly<Record<string, RetrievalFigures>>> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'footnote-bench-'));
  const embedder = createLocalEmbedder();
  const index = openChunkIndex({
    path: path.join(folder, 'chunks.db'),
    embeddingModel: embedder.model,
  });
  try {
    const source = createFolderSource({
      id: 'handbook',
      root: path.join(examples, 'handbook'),
      include: ['**/*.md'],
    });
    const maxTokens = options.maxTokens ?? defaultMaxTokens;
    await syncSource(
      { source, parsers: [markdownParser], embedder, writer: index },
      { knowledgeBaseId: handbook, chunking: { countTokens: countCl100kTokens, maxTokens } },
    );
    const questions = await loadQuestions();
    const vectors = await embedder.embed(questions.map(({ question }) => question));
    const none = questions.map(() => undefined);
    const rows = {
      'words only': await measure(index, questions, { vectors: none, weight: 0, words: true }),
      'vectors only': await measure(index, questions, { vectors, weight: 1, words: false }),
      both: await measure(index, questions, { vectors, weight: vectorWeight, words: true }),
      'both, RAGFlow’s weight': await measure(index, questions, {
        vectors,
        weight: ragflowVectorWeight,
        words: true,
      }),
    };
    printTable(
      `Retrieval: ${questions.length} questions on the sample handbook, chunks of at most ${maxTokens} tokens, vectors ${embedder.model}`,
      ['', 'vector weight', 'recall@6', 'recall@10', 'MRR', 'not among six'],
      Object.entries(rows).map(([name, figures]) => [
        name,
        String(figures.weight),
        figures.recallAt6.toFixed(3),
        figures.recallAt10.toFixed(3),
        figures.meanReciprocalRank.toFixed(3),
        figures.missed.join(' '),
      ]),
    );
    return rows;
  } finally {
    await index.close();
    await rm(folder, { recursive: true });
  }
};

const loadQuestions = async (): Promise<readonly AnswerableQuestion[]> => {
  const file = parse(await readFile(path.join(examples, 'handbook-questions.yaml'), 'utf8'));
  return file.answerable;
};

const measure = async (
  search: ChunkSearch,
  questions: readonly AnswerableQuestion[],
  mode: {
    readonly vectors: readonly Vector[];
    readonly weight: number;
    readonly words: boolean;
  },
): Promise<RetrievalFigures & { readonly weight: number }> => {
  const ranks: (number | undefined)[] = [];
  for (const [at, question] of questions.entries()) {
    const terms = mode.words ? queryTerms(question.question) : [];
    const vector = mode.vectors[at];
    const found = await search.findCandidates({
      knowledgeBaseIds: [handbook],
      terms,
      vector,
      topK: 1024,
    });
    const { ranked } = fuseCandidates(found, {
      terms,
      vector,
      similarityThreshold: 0.2,
      vectorSimilarityWeight: mode.weight,
      topN: 1024,
    });
    const position = ranked.findIndex(({ chunk }) =>
      squeeze(chunk.text).includes(squeeze(question.sentence)),
    );
    ranks.push(position === -1 ? undefined : position + 1);
  }
  const share = (within: number): number =>
    ranks.filter((rank) => rank !== undefined && rank <= within).length / ranks.length;
  return {
    weight: mode.weight,
    recallAt6: share(6),
    recallAt10: share(10),
    meanReciprocalRank:
      ranks.reduce<number>((sum, rank) => sum + (rank === undefined ? 0 : 1 / rank), 0) /
      ranks.length,
    missed: questions
      .filter((_, at) => (ranks[at] ?? Number.POSITIVE_INFINITY) > 6)
      .map(({ id }) => id),
  };
};

const squeeze = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await benchRetrieval();
