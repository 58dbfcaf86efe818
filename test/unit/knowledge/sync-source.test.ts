import { describe, expect, it } from 'vitest';
import { BotError } from '../../../src/domain/errors.ts';
import { asId, type KnowledgeBaseId } from '../../../src/domain/ids.ts';
import { markdownParser } from '../../../src/drivers/parsers/markdown-parser.ts';
import { textParser } from '../../../src/drivers/parsers/text-parser.ts';
import {
  type SyncOptions,
  type SyncProgress,
  syncSource,
} from '../../../src/knowledge/sync-source.ts';
import type { Source, SourceProblem } from '../../../src/ports/source.ts';
import { createFakeChunkIndex } from '../../fakes/fake-chunk-index.ts';
import { createFakeEmbedder } from '../../fakes/fake-embedder.ts';

const handbook = asId<KnowledgeBaseId>('handbook');
const countTokens = (text: string): number => text.split(/\s+/).length;

/** What lies in a source: text by path, or the reason why it cannot be read. */
type Files = Readonly<Record<string, string | Uint8Array | (() => never)>>;

const sourceOf = (files: Files, problems: readonly SourceProblem[] = [], id = 'docs'): Source => ({
  id,
  async *list() {
    yield* problems;
    for (const [path, content] of Object.entries(files))
      yield {
        path,
        sizeBytes: 1,
        read: async () => {
          if (typeof content === 'function') return content();
          return typeof content === 'string' ? new TextEncoder().encode(content) : content;
        },
      };
  },
});

const setUp = () => {
  const writer = createFakeChunkIndex();
  const embedder = createFakeEmbedder(['apple', 'banana', 'cherry']);
  const sync = (source: Source, options: Partial<SyncOptions> = {}, using = embedder) =>
    syncSource(
      { source, parsers: [markdownParser, textParser], embedder: using, writer },
      { knowledgeBaseId: handbook, chunking: { countTokens, maxTokens: 50 }, ...options },
    );
  const paths = async () =>
    (await writer.listDocuments(handbook)).map(({ path }) => path).toSorted();
  return { writer, embedder, sync, paths };
};

const unreadable = (reason: string) => () => {
  throw new BotError('document_unreadable', { details: { reason } });
};

describe('syncSource', () => {
  it('adds every document with title, place, link, tokens and vector', async () => {
    const { writer, sync } = setUp();
    const report = await sync(sourceOf({ 'a b/fruit.md': '# Fruit\n\n## Red\n\nAn apple.' }), {
      linkTemplate: 'https://x.example/{path}#{anchor}',
    });
    expect(report).toEqual({ added: 1, changed: 0, unchanged: 0, removed: 0, unreadable: [] });
    const [document] = await writer.listDocuments(handbook);
    expect(document).toMatchObject({ sourceId: 'docs', path: 'a b/fruit.md', title: 'Fruit' });
    expect(writer.chunks()).toMatchObject([
      {
        chunk: {
          documentId: document?.id,
          documentTitle: 'Fruit',
          ordinal: 0,
          text: '# Fruit\n\n## Red\n\nAn apple.',
          url: 'https://x.example/a%20b/fruit.md#fruit',
        },
        tokens: ['fruit', 'fruit', 'fruit', 'red', 'appl'],
        vector: Float32Array.of(1, 0, 0),
      },
    ]);
  });

  it('lets the title lean the vector by a tenth', async () => {
    const { writer, sync } = setUp();
    await sync(sourceOf({ 'a.md': `# Banana\n\n${'x '.repeat(47)}\n\nAn apple.` }));
    const vectors = writer.chunks().map(({ vector }) => vector);
    expect(vectors.at(-1)?.[0]).toBeCloseTo(0.9 / Math.hypot(0.9, 0.1), 5);
    expect(vectors.at(-1)?.[1]).toBeCloseTo(0.1 / Math.hypot(0.9, 0.1), 5);
  });

  it('embeds and writes nothing when nothing changed', async () => {
    const { embedder, sync } = setUp();
    const files = { 'a.md': 'An apple.', 'b.txt': 'A banana.' };
    await sync(sourceOf(files));
    const calls = embedder.batches.length;
    expect(await sync(sourceOf(files))).toMatchObject({ added: 0, changed: 0, unchanged: 2 });
    expect(embedder.batches).toHaveLength(calls);
  });

  it('embeds only what changed and removes what is gone', async () => {
    const { embedder, sync, paths } = setUp();
    await sync(sourceOf({ 'a.md': 'An apple.', 'b.md': 'A banana.', 'c.md': 'A cherry.' }));
    const report = await sync(sourceOf({ 'a.md': 'An apple.', 'b.md': 'Two bananas.' }));
    expect(report).toMatchObject({ added: 0, changed: 1, unchanged: 1, removed: 1 });
    expect(embedder.batches.at(-1)).toEqual(['b.md', 'Two bananas.']);
    expect(await paths()).toEqual(['a.md', 'b.md']);
  });

  it.each<[string, Partial<SyncOptions>]>([
    ['the link template', { linkTemplate: 'https://x.example/{path}' }],
    ['the size of chunks', { chunking: { countTokens, maxTokens: 40 } }],
  ])('writes everything anew when %s changes', async (_, options) => {
    const { sync } = setUp();
    await sync(sourceOf({ 'a.md': 'An apple.' }));
    expect(await sync(sourceOf({ 'a.md': 'An apple.' }), options)).toMatchObject({ changed: 1 });
  });

  it('writes everything anew when the embedding model changes', async () => {
    const { sync } = setUp();
    await sync(sourceOf({ 'a.md': 'An apple.' }));
    const other = { ...createFakeEmbedder(['apple']), model: 'other' };
    expect(await sync(sourceOf({ 'a.md': 'An apple.' }), {}, other)).toMatchObject({ changed: 1 });
  });

  it('names what cannot be read and takes the others in', async () => {
    const { sync, paths } = setUp();
    const files: Files = {
      'a.md': 'An apple.',
      'b.md': unreadable('permission_denied'),
      'c.md': new Uint8Array([0xff, 0xfe, 0xfd]),
      'd.pdf': 'x',
      'e.md': '  \n',
      'f.md': () => {
        throw new RangeError('Maximum call stack size exceeded');
      },
      'g.MD': 'A cherry.',
    };
    const report = await sync(sourceOf(files, [{ path: 'loop', reason: 'symlink_loop' }]));
    expect(report.unreadable).toEqual([
      { path: 'loop', reason: 'symlink_loop' },
      { path: 'b.md', reason: 'permission_denied' },
      { path: 'c.md', reason: 'wrong_encoding' },
      { path: 'd.pdf', reason: 'unsupported_type' },
      { path: 'e.md', reason: 'empty' },
      { path: 'f.md', reason: 'failed' },
    ]);
    expect(report.added).toBe(2);
    expect(await paths()).toEqual(['a.md', 'g.MD']);
  });

  it('keeps what is out of reach for now, and only that', async () => {
    const { sync, paths } = setUp();
    const text = 'An apple.';
    await sync(
      sourceOf({ 'a.md': text, 'dir/b.md': text, 'dir2/c.md': text, 'd.md': text, 'e.md': text }),
    );
    const files: Files = {
      'a.md': unreadable('permission_denied'),
      'd.md': unreadable('gone'),
      'e.md': '',
    };
    const report = await sync(sourceOf(files, [{ path: 'dir', reason: 'permission_denied' }]));
    expect(report.removed).toBe(3);
    expect(await paths()).toEqual(['a.md', 'dir/b.md']);
  });

  it('removes nothing when the root itself is gone', async () => {
    const { sync, paths } = setUp();
    await sync(sourceOf({ 'a.md': 'An apple.' }));
    const report = await sync(sourceOf({}, [{ path: '.', reason: 'gone' }]));
    expect(report).toMatchObject({ removed: 0, unreadable: [{ path: '.', reason: 'gone' }] });
    expect(await paths()).toEqual(['a.md']);
  });

  it('leaves other sources of the knowledge base alone, paths that are equal included', async () => {
    const { writer, sync } = setUp();
    await sync(sourceOf({ 'a.md': 'An apple.' }, [], 'one'));
    await sync(sourceOf({ 'a.md': 'A banana.' }, [], 'two'));
    await sync(sourceOf({}, [], 'one'));
    expect(writer.chunks().map(({ chunk }) => chunk.text)).toEqual(['A banana.']);
  });

  it('gives a passage the same id at every sync, and repeated passages different ones', async () => {
    const { writer, sync } = setUp();
    const long = `${'x '.repeat(40)}.`;
    await sync(sourceOf({ 'a.md': `${long}\n\n${long}` }));
    const before = writer.chunks().map(({ chunk }) => chunk.id);
    expect(new Set(before).size).toBe(2);
    await sync(sourceOf({ 'a.md': `New.\n\n${'y '.repeat(45)}\n\n${long}\n\n${long}` }));
    expect(writer.chunks().map(({ chunk }) => chunk.id)).toEqual(expect.arrayContaining(before));
  });

  it('embeds many small documents in one call, never more than 64 texts', async () => {
    const { embedder, sync } = setUp();
    await sync(
      sourceOf(
        Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`${at}.md`, `apple ${at}`])),
      ),
    );
    expect(embedder.batches.length).toBeLessThan(6);
    expect(Math.max(...embedder.batches.map((batch) => batch.length))).toBeLessThanOrEqual(64);
  });

  it('tells its progress after each document', async () => {
    const { sync } = setUp();
    await sync(sourceOf({ 'a.md': 'An apple.', 'z.md': 'A cherry.' }));
    const steps: SyncProgress[] = [];
    await sync(sourceOf({ 'a.md': 'An apple.', 'b.md': 'A banana.', 'c.pdf': '' }), {
      onProgress: (step) => steps.push(step),
    });
    expect(steps).toEqual([
      { path: 'a.md', outcome: 'unchanged', done: 1, total: 3 },
      { path: 'c.pdf', outcome: 'unreadable', done: 2, total: 3 },
      { path: 'b.md', outcome: 'added', done: 3, total: 3 },
      { path: 'z.md', outcome: 'removed', done: 3, total: 3 },
    ]);
  });

  it('stops at a failing embedder and goes on there the next time', async () => {
    const { writer, embedder, sync, paths } = setUp();
    const files = Object.fromEntries(
      Array.from({ length: 80 }, (_, at) => [`${at}.md`, `apple ${at}`]),
    );
    await expect(
      sync(sourceOf(files), {
        onProgress: ({ done }) => {
          if (done === 1) embedder.fail('model_unavailable');
        },
      }),
    ).rejects.toMatchObject({ code: 'model_unavailable' });
    const written = (await paths()).length;
    expect(written).toBeGreaterThan(0);
    expect(written).toBeLessThan(80);
    const report = await syncSource(
      {
        source: sourceOf(files),
        parsers: [markdownParser],
        embedder: createFakeEmbedder(),
        writer,
      },
      { knowledgeBaseId: handbook, chunking: { countTokens, maxTokens: 50 } },
    );
    expect(report).toMatchObject({ added: 80 - written, unchanged: written });
  });

  it('rejects with the signal’s reason, and removes nothing', async () => {
    const { sync, paths } = setUp();
    await sync(sourceOf({ 'a.md': 'An apple.' }));
    const reason = new Error('stop');
    await expect(
      sync(sourceOf({ 'b.md': 'A banana.' }), { signal: AbortSignal.abort(reason) }),
    ).rejects.toBe(reason);
    expect(await paths()).toEqual(['a.md']);
  });
});
