import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Libsql from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openChunkIndex } from '../../../../src/drivers/libsql/open-chunk-index.ts';
import {
  buildDocument,
  buildIndexedChunks,
  findTexts,
  handbook,
  vectorAlong,
} from '../../../contracts/chunk-writer.contract.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'footnote-index-'));
  file = path.join(folder, 'chunks.db');
});

afterEach(() => rm(folder, { recursive: true }));

const open = (embeddingModel = 'test') => openChunkIndex({ path: file, embeddingModel });
const leave = buildDocument();

const byVector = { knowledgeBaseIds: [handbook], terms: [], vector: vectorAlong(0), topK: 10 };

describe('openChunkIndex', () => {
  it('finds again what an earlier process wrote', async () => {
    const before = open();
    await before.putDocument(leave, buildIndexedChunks(leave, ['banana']));
    await before.close();
    const after = open();
    expect(await findTexts(after, 'banana')).toEqual(['banana']);
    await after.close();
  });

  it('shows a reader what a writer has committed, at once', async () => {
    const writer = open();
    const reader = open();
    expect(await findTexts(reader, 'banana')).toEqual([]);
    await writer.putDocument(leave, buildIndexedChunks(leave, ['banana']));
    expect(await findTexts(reader, 'banana')).toEqual(['banana']);
    await writer.removeDocument(leave.id);
    expect(await findTexts(reader, 'banana')).toEqual([]);
    await Promise.all([writer.close(), reader.close()]);
  });

  it('lets others read while somebody writes', async () => {
    const index = open();
    await index.putDocument(leave, buildIndexedChunks(leave, ['banana']));
    const writer = new Libsql(file, {});
    writer.exec("BEGIN IMMEDIATE; UPDATE chunks SET text = 'half'");
    expect(await findTexts(index, 'banana')).toEqual(['banana']);
    writer.exec('ROLLBACK');
    writer.close();
    await index.close();
  });

  it('leaves the document as it was when writing its chunks fails', async () => {
    const index = open();
    await index.putDocument(leave, buildIndexedChunks(leave, ['banana']));
    const [chunk] = buildIndexedChunks(leave, ['cherry']);
    if (chunk === undefined) throw new Error('no chunk');
    await expect(index.putDocument(leave, [chunk, chunk])).rejects.toMatchObject({
      code: 'store_unavailable',
    });
    expect(await findTexts(index, 'banana')).toEqual(['banana']);
    expect(await findTexts(index, 'cherry')).toEqual([]);
    await index.close();
  });

  it('does not compare with vectors of another model, and does not show them', async () => {
    const before = open('old');
    await before.putDocument(
      leave,
      buildIndexedChunks(leave, [{ text: 'banana', vector: vectorAlong(0) }]),
    );
    await before.close();
    const after = open('new');
    expect((await after.findCandidates(byVector)).candidates).toEqual([]);
    const { candidates } = await after.findCandidates({ ...byVector, terms: ['banana'] });
    expect(candidates.map(({ vector }) => vector)).toEqual([undefined]);
    await after.close();
  });

  it('survives the kill of a writer without losing what was acknowledged', async () => {
    const index = open();
    await index.close();
    const script = `
      import { openChunkIndex } from ${JSON.stringify(path.resolve('src/drivers/libsql/open-chunk-index.ts'))};
      const index = openChunkIndex({ path: ${JSON.stringify(file)}, embeddingModel: 'test' });
      for (let at = 0; ; at += 1) {
        const document = { id: 'd' + at, knowledgeBaseId: 'handbook', sourceId: 's', path: 'p' + at, title: 'T', fingerprint: 'f' };
        const place = { titlePath: [], anchor: '', line: 1 };
        const chunk = { id: 'c' + at, documentId: document.id, knowledgeBaseId: 'handbook', documentTitle: 'T', ordinal: 0, text: 'banana', place };
        await index.putDocument(document, [{ chunk, tokens: ['banana'], vector: undefined }]);
        process.stdout.write(at + '\\n');
      }`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
    let acknowledged = '';
    for await (const piece of child.stdout) {
      acknowledged += String(piece);
      if (acknowledged.split('\n').length > 20) break;
    }
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    const last = Number(acknowledged.trimEnd().split('\n').at(-1));
    const after = open();
    const kept = await after.listDocuments(handbook);
    expect(kept.length).toBeGreaterThanOrEqual(last);
    const found = await after.findCandidates({ ...byVector, terms: ['banana'] });
    expect(found.chunkCount).toBe(kept.length);
    expect(found.chunkFrequency.get('banana')).toBe(kept.length);
    await after.close();
  });

  it('counts right after many documents were replaced and removed', async () => {
    const index = open();
    for (let round = 0; round < 3; round += 1)
      for (let at = 0; at < 150; at += 1) {
        const document = buildDocument({ id: `d${at}` as typeof leave.id, path: `${at}.md` });
        await index.putDocument(document, buildIndexedChunks(document, [`banana round${round}`]));
      }
    for (let at = 0; at < 100; at += 1) await index.removeDocument(`d${at}` as typeof leave.id);
    const { chunkCount, chunkFrequency } = await index.findCandidates({
      ...byVector,
      terms: ['banana', 'round0', 'round2'],
    });
    expect(chunkCount).toBe(50);
    expect(Object.fromEntries(chunkFrequency)).toEqual({ banana: 50, round0: 0, round2: 50 });
    await index.close();
  });

  it.each([
    ['a folder that is not there', () => path.join(folder, 'nowhere', 'chunks.db')],
    ['a folder in its place', () => folder],
  ])('throws store_unavailable for %s', (_, at) => {
    expect(() => openChunkIndex({ path: at(), embeddingModel: 'test' })).toThrowError(
      expect.objectContaining({ code: 'store_unavailable' }),
    );
  });

  it('throws store_unavailable for a file that is no database', async () => {
    await writeFile(
      file,
      'This is no database, but long enough to be looked at as one.'.repeat(100),
    );
    expect(() => open()).toThrowError(expect.objectContaining({ code: 'store_unavailable' }));
  });

  it('refuses a file that a newer version wrote, and leaves it alone', async () => {
    await open().close();
    const newer = new Libsql(file, {});
    newer.exec('PRAGMA user_version = 99');
    newer.close();
    expect(() => open()).toThrowError(
      expect.objectContaining({ code: 'store_unavailable', details: { schemaVersion: 99 } }),
    );
  });

  it('opens a new file from two processes at once', async () => {
    const indexes = [open(), open()];
    await indexes[1]?.putDocument(leave, buildIndexedChunks(leave, ['banana']));
    expect(await findTexts(indexes[0] ?? open(), 'banana')).toEqual(['banana']);
    await Promise.all(indexes.map((index) => index.close()));
  });
});
