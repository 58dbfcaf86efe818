/** Writes documents and their chunks into the index. */
import type { KnowledgeDocument } from '../../domain/chunk.ts';
import type { DocumentId, KnowledgeBaseId } from '../../domain/ids.ts';
import type { ChunkWriter, IndexedChunk } from '../../ports/chunk-writer.ts';
import type { Database } from './database.ts';
import { blobOf, indexedTerm } from './stored-forms.ts';

export const createChunkWriter = (
  database: Database,
  embeddingModel: string,
): Omit<ChunkWriter, 'close'> => ({
  listDocuments: async (knowledgeBaseId) => listDocuments(database, knowledgeBaseId),
  putDocument: async (document, chunks) =>
    database.write(() => {
      deleteDocument(database, document.id);
      const kb = numberOf(database, 'knowledge_bases', { id: document.knowledgeBaseId });
      const [{ num } = { num: 0 }] = database.all<{ num: number }>(
        'INSERT INTO documents (id, kb, source_id, path, title, fingerprint) VALUES (?, ?, ?, ?, ?, ?) RETURNING num',
        [document.id, kb, document.sourceId, document.path, document.title, document.fingerprint],
      );
      for (const chunk of chunks)
        insertChunk(database, chunk, { kb, document: num, embeddingModel });
    }),
  removeDocument: async (id) => database.write(() => deleteDocument(database, id)),
});

const listDocuments = (
  database: Database,
  knowledgeBaseId: KnowledgeBaseId,
): readonly KnowledgeDocument[] =>
  database
    .all<Omit<KnowledgeDocument, 'knowledgeBaseId'>>(
      `SELECT d.id, d.source_id AS sourceId, d.path, d.title, d.fingerprint
       FROM documents d JOIN knowledge_bases k ON k.num = d.kb WHERE k.id = ?`,
      [knowledgeBaseId],
    )
    .map((row) => ({ ...row, knowledgeBaseId }));

const deleteDocument = (database: Database, id: DocumentId): void => {
  const chunksOfDocument =
    'SELECT num FROM chunks WHERE document = (SELECT num FROM documents WHERE id = ?)';
  database.run(`DELETE FROM words WHERE rowid IN (${chunksOfDocument})`, [id]);
  database.run(`DELETE FROM vectors WHERE chunk IN (${chunksOfDocument})`, [id]);
  database.run(`DELETE FROM chunks WHERE num IN (${chunksOfDocument})`, [id]);
  database.run('DELETE FROM documents WHERE id = ?', [id]);
};

const insertChunk = (
  database: Database,
  { chunk, tokens, vector }: IndexedChunk,
  owner: { readonly kb: number; readonly document: number; readonly embeddingModel: string },
): void => {
  const { titlePath, anchor, line } = chunk.place;
  const [{ num } = { num: 0 }] = database.all<{ num: number }>(
    `INSERT INTO chunks (id, document, kb, ordinal, text, title_path, anchor, line, url, sections, terms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING num`,
    [
      chunk.id,
      owner.document,
      owner.kb,
      chunk.ordinal,
      chunk.text,
      JSON.stringify(titlePath),
      anchor,
      line,
      chunk.url ?? null,
      chunk.sections === undefined ? null : JSON.stringify(chunk.sections),
      tokens.join(' '),
    ],
  );
  database.run('INSERT INTO words (rowid, terms) VALUES (?, ?)', [
    num,
    tokens.map((token) => indexedTerm(owner.kb, token)).join(' '),
  ]);
  if (vector === undefined) return;
  const model = numberOf(database, 'embedding_models', {
    name: owner.embeddingModel,
    dimensions: vector.length,
  });
  const blob = blobOf(vector);
  database.run('INSERT INTO vectors VALUES (?, ?, ?, vector1bit(?), ?)', [
    num,
    owner.kb,
    model,
    blob,
    blob,
  ]);
};

/** The number that stands for a row's natural key; the row is added when it is new. */
const numberOf = (
  database: Database,
  table: 'knowledge_bases' | 'embedding_models',
  key: Readonly<Record<string, string | number>>,
): number => {
  const columns = Object.keys(key);
  const values = Object.values(key);
  const where = columns.map((column) => `${column} = ?`).join(' AND ');
  const find = (): number | undefined =>
    database.all<{ num: number }>(`SELECT num FROM ${table} WHERE ${where}`, values)[0]?.num;
  const known = find();
  if (known !== undefined) return known;
  database.run(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    values,
  );
  return find() ?? 0;
};
