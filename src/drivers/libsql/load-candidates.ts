/** Reads chunks out of the index. */
import { asId } from '../../domain/ids.ts';
import type { Candidate } from '../../ports/chunk-search.ts';
import type { Database } from './database.ts';
import { vectorOf } from './stored-forms.ts';

interface ChunkRow {
  readonly id: string;
  readonly documentId: string;
  readonly kbId: string;
  readonly title: string;
  readonly ordinal: number;
  readonly text: string;
  readonly titlePath: string;
  readonly anchor: string;
  readonly line: number;
  readonly url: string | null;
  /** JSON. */
  readonly sections: string | null;
  readonly terms: string;
  readonly vector: ArrayBuffer | null;
}

/** In no order. A chunk whose vector another model made comes without one. */
export const loadCandidates = (
  database: Database,
  numbers: readonly number[],
  embeddingModel: string,
): readonly Candidate[] =>
  database
    .all<ChunkRow>(
      `SELECT c.id, d.id AS documentId, k.id AS kbId, d.title, c.ordinal, c.text, c.title_path AS titlePath,
         c.anchor, c.line, c.url, c.sections, c.terms, v.full AS vector
       FROM json_each(?) found JOIN chunks c ON c.num = found.value
       JOIN documents d ON d.num = c.document JOIN knowledge_bases k ON k.num = c.kb
       LEFT JOIN vectors v ON v.chunk = c.num AND v.model IN (SELECT num FROM embedding_models WHERE name = ?)`,
      [JSON.stringify(numbers), embeddingModel],
    )
    .map(candidateOf);

const candidateOf = (row: ChunkRow): Candidate => ({
  chunk: {
    id: asId(row.id),
    documentId: asId(row.documentId),
    knowledgeBaseId: asId(row.kbId),
    documentTitle: row.title,
    ordinal: row.ordinal,
    text: row.text,
    place: { titlePath: JSON.parse(row.titlePath), anchor: row.anchor, line: row.line },
    ...(row.url === null ? {} : { url: row.url }),
    ...(row.sections === null ? {} : { sections: JSON.parse(row.sections) }),
  },
  vector: row.vector === null ? undefined : vectorOf(row.vector),
  tokens: row.terms === '' ? [] : row.terms.split(' '),
});
