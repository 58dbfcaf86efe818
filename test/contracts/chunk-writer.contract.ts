/** What every chunk index keeps. Written against the search, because only what is found was written. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { KnowledgeDocument } from '../../src/domain/chunk.ts';
import { asId, type KnowledgeBaseId } from '../../src/domain/ids.ts';
import { tokenize, tokenizeChunk } from '../../src/domain/tokens.ts';
import type { ChunkSearch } from '../../src/ports/chunk-search.ts';
import type { ChunkWriter, IndexedChunk } from '../../src/ports/chunk-writer.ts';
import type { Vector } from '../../src/ports/embedder.ts';
import { buildChunk } from '../fakes/build.ts';

export interface ChunkIndexHarness {
  /** Vectors of this test's model have 8 dimensions. */
  readonly index: ChunkSearch & ChunkWriter;
  dispose(): Promise<void>;
}

export const handbook = asId<KnowledgeBaseId>('handbook');

/** Points along one of 8 dimensions, leaning a little to the next. */
export const vectorAlong = (dimension: number, lean = 0): Float32Array => {
  const vector = new Float32Array(8);
  vector[dimension] = Math.sqrt(1 - lean * lean);
  vector[(dimension + 1) % 8] = lean;
  return vector;
};

export const buildDocument = (overrides: Partial<KnowledgeDocument> = {}): KnowledgeDocument => ({
  id: asId('leave'),
  knowledgeBaseId: handbook,
  sourceId: 'docs',
  path: 'people/leave.md',
  title: 'Leave',
  fingerprint: 'one',
  ...overrides,
});

/** One chunk per text; ids follow from the document's and the position. */
export const buildIndexedChunks = (
  document: KnowledgeDocument,
  texts: readonly (string | { readonly text: string; readonly vector: Vector })[],
): readonly IndexedChunk[] =>
  texts.map((entry, ordinal) => {
    const { text, vector } = typeof entry === 'string' ? { text: entry, vector: undefined } : entry;
    const chunk = buildChunk({
      id: asId(`${document.id}-${ordinal}`),
      documentId: document.id,
      knowledgeBaseId: document.knowledgeBaseId,
      documentTitle: document.title,
      ordinal,
      text,
      place: { titlePath: [document.title], anchor: 'part', line: ordinal + 1 },
      sections: [
        { start: 0, place: { titlePath: [document.title], anchor: 'part', line: ordinal + 1 } },
        { start: 1, place: { titlePath: [], anchor: '', line: 9 }, url: 'https://h.example/' },
      ],
    });
    const titlePath = chunk.place.titlePath;
    return { chunk, tokens: tokenizeChunk({ ...chunk, titlePath }), vector };
  });

export const findTexts = async (
  index: ChunkSearch,
  question: string,
  knowledgeBaseId: KnowledgeBaseId = handbook,
): Promise<readonly string[]> => {
  const { candidates } = await index.findCandidates({
    knowledgeBaseIds: [knowledgeBaseId],
    terms: tokenize(question),
    vector: undefined,
    topK: 10,
  });
  return candidates.map(({ chunk }) => chunk.text).toSorted();
};

export const describeChunkWriter = (open: () => Promise<ChunkIndexHarness>): void => {
  let harness: ChunkIndexHarness;

  beforeEach(async () => {
    harness = await open();
  });

  afterEach(() => harness.dispose());

  test('lists nothing for a knowledge base that was never filled', async () => {
    expect(await harness.index.listDocuments(handbook)).toEqual([]);
  });

  test('lists documents as they were put, each knowledge base its own', async () => {
    const { index } = harness;
    const leave = buildDocument();
    const wiki = buildDocument({ id: asId('wiki'), knowledgeBaseId: asId('wiki') });
    await index.putDocument(leave, buildIndexedChunks(leave, ['28 days']));
    await index.putDocument(wiki, []);
    expect(await index.listDocuments(handbook)).toEqual([leave]);
    expect(await index.listDocuments(asId('wiki'))).toEqual([wiki]);
  });

  test('replaces a document with all its chunks', async () => {
    const { index } = harness;
    const before = buildDocument();
    const after = buildDocument({ fingerprint: 'two', title: 'Holidays' });
    await index.putDocument(before, buildIndexedChunks(before, ['old banana', 'old cherry']));
    await index.putDocument(after, buildIndexedChunks(after, ['new cherry']));
    expect(await index.listDocuments(handbook)).toEqual([after]);
    expect(await findTexts(index, 'banana')).toEqual([]);
    expect(await findTexts(index, 'cherry')).toEqual(['new cherry']);
    expect(await findTexts(index, 'leave')).toEqual([]);
  });

  test('keeps the text, the place, the link, the tokens and the vector as they are', async () => {
    const { index } = harness;
    const document = buildDocument({ title: 'Größe "&" 退款' });
    const [first] = buildIndexedChunks(document, ['| a | b |\n\t`x` 退款 👍']);
    if (first === undefined) throw new Error('no chunk');
    const chunk = { ...first.chunk, url: 'https://example.com/a%20b.md#part' };
    const vector = vectorAlong(3, 0.1);
    await index.putDocument(document, [{ ...first, chunk, vector }]);
    const { candidates } = await index.findCandidates({
      knowledgeBaseIds: [handbook],
      terms: tokenize('退款'),
      vector: undefined,
      topK: 10,
    });
    expect(candidates).toEqual([{ chunk, tokens: first.tokens, vector }]);
  });

  test('removes a document with all its chunks', async () => {
    const { index } = harness;
    const leave = buildDocument();
    const other = buildDocument({ id: asId('other'), path: 'other.md' });
    await index.putDocument(
      leave,
      buildIndexedChunks(leave, [{ text: 'banana', vector: vectorAlong(1) }]),
    );
    await index.putDocument(other, buildIndexedChunks(other, ['banana split']));
    await index.removeDocument(leave.id);
    expect(await index.listDocuments(handbook)).toEqual([other]);
    const found = await index.findCandidates({
      knowledgeBaseIds: [handbook],
      terms: ['banana'],
      vector: vectorAlong(1),
      topK: 10,
    });
    expect(found.candidates.map(({ chunk }) => chunk.text)).toEqual(['banana split']);
    expect(found.chunkCount).toBe(1);
    expect(found.chunkFrequency.get('banana')).toBe(1);
  });

  test('does nothing when a document to remove is not there', async () => {
    await harness.index.removeDocument(asId('nobody'));
    expect(await harness.index.listDocuments(handbook)).toEqual([]);
  });
};
