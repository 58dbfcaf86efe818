import { describe, expect, it } from 'vitest';
import { fuseCandidates, type RankingOptions } from '../../../src/chat/fuse-candidates.ts';
import { asId } from '../../../src/domain/ids.ts';
import type { Candidate } from '../../../src/ports/chunk-search.ts';
import type { Vector } from '../../../src/ports/embedder.ts';
import { buildChunk } from '../../fakes/build.ts';

const candidate = (
  id: string,
  made: { tokens?: string[]; vector?: Vector; documentId?: string; ordinal?: number } = {},
): Candidate => ({
  chunk: buildChunk({
    id: asId(id),
    documentId: asId(made.documentId ?? 'document-1'),
    ordinal: made.ordinal ?? 0,
  }),
  tokens: made.tokens ?? [],
  vector: made.vector,
});

const rank = (candidates: readonly Candidate[], options: Partial<RankingOptions> = {}) =>
  fuseCandidates(
    { candidates, chunkCount: 10, chunkFrequency: new Map([['refund', 1]]) },
    {
      terms: ['refund'],
      vector: Float32Array.of(1, 0),
      similarityThreshold: 0.2,
      vectorSimilarityWeight: 0.3,
      topN: 6,
      ...options,
    },
  );
const ids = (ranking: ReturnType<typeof rank>) => ranking.ranked.map(({ chunk }) => chunk.id);

describe('fused candidates', () => {
  it('score 0.7 of the terms and 0.3 of the cosine, and report all three', () => {
    const { ranked } = rank([
      candidate('a', { tokens: ['refund'], vector: Float32Array.of(0.6, 0.8) }),
    ]);
    expect(ranked[0]?.chunk.similarity).toBeCloseTo(0.7 + 0.3 * 0.6);
    expect(ranked[0]?.chunk.termSimilarity).toBe(1);
    expect(ranked[0]?.chunk.vectorSimilarity).toBeCloseTo(0.6);
  });

  it('are found by the vector alone when they share no word', () => {
    const ranking = rank([candidate('a', { vector: Float32Array.of(1, 0) })]);
    expect(ids(ranking)).toEqual(['a']);
    expect(ranking.ranked[0]?.chunk.similarity).toBeCloseTo(0.3);
  });

  it.each([
    ['the chunk has no vector', { vector: Float32Array.of(1, 0) }, undefined],
    ['the question has no vector', { vector: undefined }, Float32Array.of(1, 0)],
    ['another model made the chunk’s vector', {}, Float32Array.of(1, 0, 0)],
  ])('score by the terms alone when %s', (_, options, vector) => {
    const { ranked } = rank([candidate('a', { tokens: ['refund'], vector })], options);
    expect(ranked[0]?.chunk).toMatchObject({ similarity: 1, vectorSimilarity: 0 });
  });

  it('come best first; equals in the order of document and ordinal, however they arrive', () => {
    const equals = [
      candidate('d', { tokens: ['refund'], documentId: 'b', ordinal: 0 }),
      candidate('c', { tokens: ['refund'], documentId: 'a', ordinal: 2 }),
      candidate('b', { tokens: ['refund'], documentId: 'a', ordinal: 1 }),
    ];
    const best = candidate('a', { tokens: ['refund'], documentId: 'z' });
    const near = { ...best, vector: Float32Array.of(1, 0) };
    const far = equals.map((each) => ({ ...each, vector: Float32Array.of(0, 1) }));
    expect(ids(rank([...far, near]))).toEqual(['a', 'b', 'c', 'd']);
    expect(ids(rank([near, ...far.toReversed()]))).toEqual(['a', 'b', 'c', 'd']);
  });

  it('below the threshold are dropped; the total counts those above it, not only the first topN', () => {
    const good = [1, 2, 3].map((n) => candidate(`g${n}`, { tokens: ['refund'], ordinal: n }));
    const ranking = rank([...good, candidate('bad', { vector: Float32Array.of(0.5, 0.5) })], {
      topN: 2,
    });
    expect(ranking).toMatchObject({ total: 3 });
    expect(ids(ranking)).toEqual(['g1', 'g2']);
  });

  it('meet no threshold when vectors weigh nothing, as in RAGFlow', () => {
    expect(rank([candidate('a')], { vectorSimilarityWeight: 0 }).total).toBe(1);
  });

  it('with the rarer of two words come first', () => {
    const ranking = fuseCandidates(
      {
        candidates: [
          candidate('common', { tokens: ['polici'] }),
          candidate('rare', { tokens: ['kayak'] }),
        ],
        chunkCount: 100,
        chunkFrequency: new Map([
          ['polici', 90],
          ['kayak', 1],
        ]),
      },
      {
        terms: ['kayak', 'polici'],
        vector: undefined,
        similarityThreshold: 0,
        vectorSimilarityWeight: 0.3,
        topN: 6,
      },
    );
    expect(ids(ranking)).toEqual(['rare', 'common']);
  });
});
