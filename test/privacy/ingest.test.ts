/** An ingest names the files that it could not read, and why; never what stands in them. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { BotError } from '../../src/domain/errors.ts';
import { asId } from '../../src/domain/ids.ts';
import { openChunkIndex } from '../../src/drivers/libsql/open-chunk-index.ts';
import { createOpenAiEmbedder } from '../../src/drivers/openai/openai-embedder.ts';
import { markdownParser } from '../../src/drivers/parsers/markdown-parser.ts';
import { textParser } from '../../src/drivers/parsers/text-parser.ts';
import { createFolderSource } from '../../src/drivers/sources/folder-source.ts';
import { countCl100kTokens } from '../../src/drivers/system/cl100k-counter.ts';
import { type SyncDeps, syncSource } from '../../src/knowledge/sync-source.ts';
import { createFakeEmbedder } from '../fakes/fake-embedder.ts';
import { canaries, everything } from './canaries.ts';
import { createFastClock } from './fast-clock.ts';
import { startHostileServer } from './hostile-server.ts';
import { createWitness } from './witness.ts';

const page = `# ${canaries.title}\n\n## ${canaries.heading}\n\n${canaries.document}\n`;
const options = {
  knowledgeBaseId: asId<Parameters<typeof syncSource>[1]['knowledgeBaseId']>('handbook'),
  chunking: { maxTokens: 512, countTokens: countCl100kTokens },
};

const set = (overrides: Partial<SyncDeps> = {}) => {
  const witness = createWitness();
  const folder = mkdtempSync(path.join(tmpdir(), 'footnote-privacy-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(path.join(folder, 'docs'));
  const put = (name: string, content: string | Buffer) =>
    writeFileSync(path.join(folder, 'docs', name), content);
  const writer = openChunkIndex({ path: path.join(folder, 'index.db'), embeddingModel: 'fake' });
  const source = createFolderSource({
    id: 'folder:docs',
    root: path.join(folder, 'docs'),
    include: ['**/*'],
  });
  const deps = {
    ...{ source, writer, embedder: createFakeEmbedder() },
    parsers: [markdownParser, textParser],
    ...overrides,
  };
  return { witness, put, folder, writer, sync: () => syncSource(deps, options) };
};

test('files that can not be read', async () => {
  const { witness, put, folder, sync } = set();
  put('latin.md', Buffer.from(page, 'latin1'));
  put('binary.md', Buffer.concat([Buffer.from(page), Buffer.from([0, 1, 2, 0xff])]));
  put('utf16.txt', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(`${page}x`, 'utf8')]));
  put('picture.png', page);
  put('blank.md', `---\ntitle: ${canaries.title}\n---\n\n`);
  put('good.md', page);
  symlinkSync('..', path.join(folder, 'docs', 'loop'));
  symlinkSync(path.join(folder, 'nowhere.md'), path.join(folder, 'docs', 'gone.md'));
  const report = await sync();
  expect(report.unreadable.length).toBeGreaterThanOrEqual(6);
  expect(report.added).toBe(1);
  witness.shown('report', report);
  expect(witness.leaks()).toEqual([]);
});

test('a parser and a source that fail with what they read', async () => {
  const parser = {
    extensions: ['.md'],
    parse: async () => {
      throw new Error(page);
    },
  };
  const { witness, put, sync } = set({ parsers: [parser] });
  put('a.md', page);
  witness.shown('report', await sync());
  const read = async () => {
    throw new BotError('document_unreadable', { details: { reason: 'failed' } });
  };
  async function* list() {
    yield { path: 'a.md', sizeBytes: 1, read };
  }
  const broken = set({ source: { id: 'broken', list } });
  const report = await broken.sync();
  expect(report.unreadable).toHaveLength(1);
  witness.shown('report', report);
  expect(witness.leaks()).toEqual([]);
});

test('vectors that the endpoint refuses, and an index that is closed', async () => {
  const server = await startHostileServer();
  server.answer({ status: 400 });
  const embedder = createOpenAiEmbedder({
    baseUrl: `${server.url}/v1`,
    apiKey: canaries.openAiKey,
    model: 'embedding',
    clock: createFastClock(200),
  });
  const refused = set({ embedder });
  refused.put('a.md', page);
  await refused.witness.fails(refused.sync());
  expect(server.sent[0]).toContain('Wombatdocument');
  const closed = set();
  closed.put('a.md', page);
  await closed.writer.close();
  await refused.witness.fails(closed.sync());
  expect(refused.witness.leaks()).toEqual([]);
});

test('nothing that is caught here goes unseen', () => {
  const witness = createWitness();
  witness.shown('report', { unreadable: [{ path: 'a.md', reason: everything }] });
  expect(witness.leaks().length).toBeGreaterThan(10);
});
