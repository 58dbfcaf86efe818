/** An index file that can't be read or written tells nothing of the documents in it and of the questions asked of it. */
import { chmodSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Libsql from 'libsql';
import { expect, onTestFinished, test } from 'vitest';
import { asId } from '../../src/domain/ids.ts';
import { tokenize } from '../../src/domain/tokens.ts';
import { openChunkIndex } from '../../src/drivers/libsql/open-chunk-index.ts';
import type { IndexedChunk } from '../../src/ports/chunk-writer.ts';
import { buildChunk } from '../fakes/build.ts';
import { canaries } from './canaries.ts';
import { createWitness } from './witness.ts';

const embeddingModel = 'a-model';
const knowledgeBaseId = asId<ReturnType<typeof buildChunk>['knowledgeBaseId']>('handbook');
const document = {
  id: buildChunk().documentId,
  knowledgeBaseId,
  sourceId: 'folder:docs',
  path: 'page.md',
  title: canaries.title,
  fingerprint: '1',
};
const indexed = (id: string): IndexedChunk => ({
  chunk: buildChunk({
    id: asId(id),
    text: canaries.document,
    documentTitle: canaries.title,
    place: { titlePath: [canaries.heading], anchor: 'a', line: 1 },
  }),
  tokens: tokenize(canaries.document),
  vector: new Float32Array([1, 0]),
});
const query = {
  knowledgeBaseIds: [knowledgeBaseId],
  terms: [...tokenize(canaries.question), ...tokenize(canaries.document)],
  vector: new Float32Array([1, 0]),
  topK: 10,
};

const set = () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'footnote-privacy-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'index.db');
  return {
    witness: createWitness(),
    folder,
    file,
    open: () => openChunkIndex({ path: file, embeddingModel }),
  };
};

const openFilled = async () => {
  const it = set();
  const index = it.open();
  await index.putDocument(document, [indexed('c1')]);
  return { ...it, index };
};

/** Changes the file behind the product's back. */
const tamper = (file: string, sql: string): void => {
  const libsql = new Libsql(file);
  libsql.exec(sql);
  libsql.close();
};

test('a file that is no index', async () => {
  const { witness, folder, file, open } = set();
  writeFileSync(file, canaries.document.repeat(100));
  await witness.fails(new Promise((resolve) => resolve(open())));
  const isFolder = () => openChunkIndex({ path: folder, embeddingModel });
  await witness.fails(new Promise((resolve) => resolve(isFolder())));
  const nowhere = () => openChunkIndex({ path: path.join(folder, 'no', 'x.db'), embeddingModel });
  await witness.fails(new Promise((resolve) => resolve(nowhere())));
  expect(witness.codes).toEqual(Array(3).fill('store_unavailable'));
  expect(witness.leaks()).toEqual([]);
});

test('an index that was closed', async () => {
  const { witness, index } = await openFilled();
  await index.close();
  await witness.fails(index.findCandidates(query));
  await witness.fails(index.putDocument(document, [indexed('c2')]));
  await witness.fails(index.removeDocument(document.id));
  await witness.fails(index.listDocuments(knowledgeBaseId));
  expect(witness.leaks()).toEqual([]);
});

test('rows that are not what they should be', async () => {
  const { witness, file, index } = await openFilled();
  tamper(file, `UPDATE chunks SET title_path = '${canaries.heading}'`);
  await witness.fails(index.findCandidates(query));
  tamper(file, 'UPDATE vectors SET full = bits, bits = full');
  await witness.fails(index.findCandidates(query));
  tamper(file, 'DROP TABLE vectors');
  await witness.fails(index.findCandidates(query));
  await witness.fails(index.putDocument(document, [indexed('c1')]));
  expect(witness.leaks()).toEqual([]);
});

test('a chunk that stands there twice', async () => {
  const { witness, index } = await openFilled();
  await witness.fails(index.putDocument(document, [indexed('c2'), indexed('c2')]));
  expect(witness.leaks()).toEqual([]);
});

test('a file that another writer holds, that was cut, or that a newer release wrote', async () => {
  const { witness, file, index, open } = await openFilled();
  const other = new Libsql(file);
  other.exec('BEGIN IMMEDIATE');
  await witness.fails(index.putDocument(document, [indexed('c2')]));
  other.exec('ROLLBACK; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA user_version = 99');
  other.close();
  await witness.fails(new Promise((resolve) => resolve(open())));
  await index.close();
  tamper(file, 'PRAGMA user_version = 1; PRAGMA wal_checkpoint(TRUNCATE)');
  truncateSync(file, 8_192);
  chmodSync(file, 0o400);
  await witness.fails(
    new Promise((resolve) => resolve(open())).then((cut) =>
      (cut as typeof index).findCandidates(query),
    ),
  );
  expect(witness.leaks()).toEqual([]);
});
