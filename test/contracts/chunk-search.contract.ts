/** What every chunk index finds. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { asId, type KnowledgeBaseId } from '../../src/domain/ids.ts';
import { tokenize } from '../../src/domain/tokens.ts';
import type { ChunkQuery } from '../../src/ports/chunk-search.ts';
import {
  buildDocument,
  buildIndexedChunks,
  type ChunkIndexHarness,
  findTexts,
  handbook,
  vectorAlong,
} from './chunk-writer.contract.ts';

const secret = asId<KnowledgeBaseId>('secret');

export const describeChunkSearch = (open: () => Promise<ChunkIndexHarness>): void => {
  let harness: ChunkIndexHarness;

  beforeEach(async () => {
    harness = await open();
  });

  afterEach(() => harness.dispose());

  const put = async (
    texts: Parameters<typeof buildIndexedChunks>[1],
    overrides: Parameters<typeof buildDocument>[0] = {},
  ): Promise<void> => {
    const document = buildDocument(overrides);
    await harness.index.putDocument(document, buildIndexedChunks(document, texts));
  };

  const find = (query: Partial<ChunkQuery>) =>
    harness.index.findCandidates({
      knowledgeBaseIds: [handbook],
      terms: [],
      vector: undefined,
      topK: 10,
      ...query,
    });

  const textsOf = async (query: Partial<ChunkQuery>): Promise<readonly string[]> =>
    (await find(query)).candidates.map(({ chunk }) => chunk.text).toSorted();

  test('finds nothing in an empty index, and still knows every term', async () => {
    expect(await find({ terms: ['a', 'b'], vector: vectorAlong(0) })).toEqual({
      candidates: [],
      chunkCount: 0,
      chunkFrequency: new Map([
        ['a', 0],
        ['b', 0],
      ]),
    });
  });

  test('finds nothing without knowledge bases, and nothing without terms and vector', async () => {
    await put([{ text: 'banana', vector: vectorAlong(0) }]);
    expect(
      await textsOf({ knowledgeBaseIds: [], terms: ['banana'], vector: vectorAlong(0) }),
    ).toEqual([]);
    expect(await textsOf({})).toEqual([]);
  });

  test.each([
    ['words', 'How are refunds paid?', 'A refund is paid in five days.'],
    ['a title', 'leave', 'Nothing else.'],
    ['an identifier', 'deploy_k8s', 'Run `deploy_k8s --now`.'],
    ['a part of an identifier', 'k8s', 'Run `deploy_k8s --now`.'],
    ['a version', 'v1.29', 'Needs v1.29 or newer.'],
    ['an error code', 'ERR-691', 'See ERR-691 below.'],
    ['signs', 'C++', 'We use C++ here.'],
    ['Chinese', '退款需要几天？', '退款政策：五天之内退款。'],
    ['Japanese', 'デプロイの手順', '東京でデプロイする。'],
    ['Thai', 'คืนเงิน', 'การคืนเงินใช้เวลาห้าวัน'],
    ['accents', 'cafe', 'The café is open.'],
  ])('finds by %s', async (_, question, text) => {
    await put(text === 'Nothing else.' ? [text] : [text, 'Nothing else.']);
    expect(await findTexts(harness.index, question)).toContain(text);
  });

  test('does not take quotes, operators or wildcards in a term for a query language', async () => {
    await put(['banana']);
    for (const term of ['"', 'a"b', 'NOT', 'banana*', '(', 'terms:banana', "'", '^', '-', ''])
      await expect(find({ terms: [term] })).resolves.toBeDefined();
    expect(await textsOf({ terms: ['ban*'] })).toEqual([]);
  });

  test('takes as many terms as the longest question has', async () => {
    await put(['damson']);
    const terms = [...Array.from({ length: 5_000 }, (_, index) => `word${index}`), 'damson'];
    const found = await find({ terms, knowledgeBaseIds: [handbook, secret] });
    expect(found.candidates.map(({ chunk }) => chunk.text)).toEqual(['damson']);
    expect(found.chunkFrequency.size).toBe(5_001);
  });

  test('finds by vector what shares no word', async () => {
    await put([
      { text: 'holiday', vector: vectorAlong(2) },
      { text: 'server', vector: vectorAlong(5) },
    ]);
    expect(await textsOf({ vector: vectorAlong(2, 0.2), topK: 1 })).toEqual(['holiday']);
  });

  test('gives the union of both searches without repeats', async () => {
    await put([
      { text: 'banana', vector: vectorAlong(2) },
      { text: 'cherry', vector: vectorAlong(2, 0.1) },
      { text: 'damson', vector: undefined },
      { text: 'elder', vector: undefined },
    ]);
    const texts = await textsOf({ terms: ['banana', 'damson'], vector: vectorAlong(2) });
    expect(texts).toEqual(['banana', 'cherry', 'damson']);
  });

  test('finds a chunk without a vector by its words', async () => {
    await put(['banana']);
    const { candidates } = await find({ terms: ['banana'], vector: vectorAlong(1) });
    expect(candidates.map(({ vector }) => vector)).toEqual([undefined]);
  });

  test('does not compare vectors of different lengths', async () => {
    await put([{ text: 'banana', vector: vectorAlong(1) }]);
    expect(await textsOf({ vector: new Float32Array([1, 0, 0]) })).toEqual([]);
  });

  test('limits each search by topK, to the best', async () => {
    await put(
      Array.from({ length: 30 }, (_, at) => ({
        text: at === 17 ? 'damson banana' : 'banana',
        vector: vectorAlong(0, at === 23 ? 0.1 : 0.9),
      })),
    );
    const { candidates } = await find({
      terms: ['damson', 'banana'],
      vector: vectorAlong(0),
      topK: 1,
    });
    expect(candidates.map(({ chunk }) => chunk.ordinal).toSorted((a, b) => a - b)).toEqual([
      17, 23,
    ]);
  });

  test('looks only into the knowledge bases of the query, before any limit', async () => {
    await put(
      Array.from({ length: 400 }, () => ({ text: 'banana banana', vector: vectorAlong(0) })),
      { id: asId('secret'), knowledgeBaseId: secret },
    );
    await put([{ text: 'banana among many other fruits', vector: vectorAlong(0, 0.8) }]);
    const found = await find({ terms: ['banana'], vector: vectorAlong(0), topK: 1 });
    expect(found.candidates.map(({ chunk }) => chunk.text)).toEqual([
      'banana among many other fruits',
    ]);
    expect(found.chunkCount).toBe(1);
    expect(found.chunkFrequency).toEqual(new Map([['banana', 1]]));
  });

  test('counts over all knowledge bases of the query', async () => {
    await put(['banana split', 'cherry']);
    await put(['banana'], { id: asId('secret'), knowledgeBaseId: secret });
    const found = await find({
      knowledgeBaseIds: [handbook, secret],
      terms: tokenize('banana cherry damson'),
    });
    expect(found.chunkCount).toBe(3);
    expect(found.chunkFrequency).toEqual(
      new Map([
        ['banana', 2],
        ['cherri', 1],
        ['damson', 0],
      ]),
    );
    expect(found.candidates).toHaveLength(3);
  });

  test('rejects with the signal’s reason when it has aborted', async () => {
    const reason = new Error('stop');
    await expect(
      harness.index.findCandidates(
        { knowledgeBaseIds: [handbook], terms: ['a'], vector: undefined, topK: 1 },
        { signal: AbortSignal.abort(reason) },
      ),
    ).rejects.toBe(reason);
  });
};
