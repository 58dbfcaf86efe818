/** The tables of the chunk index. A released migration is never changed; a new one is added behind it. */

/**
 * `words` holds each chunk's terms as `<knowledge base>:<term>`, so that a match is within its knowledge base before anything is ranked, and `word_counts` has
 * the document frequency of each knowledge base ready. Its tokenizer takes every byte beyond ASCII as a letter: our terms arrive cut.
 *
 * `vectors_by_bits` makes the shortlist from the index alone: one bit a dimension, 64 bytes instead of 2 kB a row.
 */
export const chunkMigrations: readonly string[] = [
  `CREATE TABLE knowledge_bases (num INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
CREATE TABLE embedding_models (num INTEGER PRIMARY KEY, name TEXT NOT NULL, dimensions INTEGER NOT NULL, UNIQUE (name, dimensions));
CREATE TABLE documents (
  num INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kb INTEGER NOT NULL, source_id TEXT NOT NULL,
  path TEXT NOT NULL, title TEXT NOT NULL, fingerprint TEXT NOT NULL
);
CREATE INDEX documents_by_kb ON documents (kb);
CREATE TABLE chunks (
  num INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document INTEGER NOT NULL, kb INTEGER NOT NULL, ordinal INTEGER NOT NULL,
  text TEXT NOT NULL, title_path TEXT NOT NULL, anchor TEXT NOT NULL, line INTEGER NOT NULL, url TEXT, sections TEXT, terms TEXT NOT NULL
);
CREATE INDEX chunks_by_document ON chunks (document);
CREATE INDEX chunks_by_kb ON chunks (kb);
CREATE VIRTUAL TABLE words USING fts5 (terms, content = '', contentless_delete = 1, tokenize = "ascii tokenchars '._:+#-'");
CREATE VIRTUAL TABLE word_counts USING fts5vocab (words, row);
CREATE TABLE vectors (chunk INTEGER PRIMARY KEY, kb INTEGER NOT NULL, model INTEGER NOT NULL, bits F1BIT_BLOB NOT NULL, full F32_BLOB NOT NULL);
CREATE INDEX vectors_by_bits ON vectors (kb, model, bits)`,
];
