/** Looks whether the index can be written and holds documents. */
import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../../src/config/config.ts';
import type { Embedder } from '../../src/ports/embedder.ts';
import { composeIndex } from '../compose.ts';
import type { Check, Finding } from './check.ts';

/** Makes nothing that is not there yet. */
export const checkIndex = (config: Config, embedder: Embedder): Check => ({
  name: 'index',
  explain: { store_unavailable: `the file in ${config.dataDir} cannot be used` },
  run: async () => [checkFolder(config.dataDir), ...(await checkFilling(config, embedder))],
});

const checkFolder = (folder: string): Finding => {
  const name = 'data folder';
  try {
    accessSync(existing(folder), constants.W_OK);
    const said = existsSync(folder) ? folder : `${folder}, made at the first start`;
    return { state: 'ok', name, said };
  } catch {
    return { state: 'fail', name, said: `${folder} cannot be written; see FOOTNOTE_DATA_DIR` };
  }
};

/** The folder, or the one in which it would be made. */
const existing = (folder: string): string =>
  existsSync(folder) || path.dirname(folder) === folder ? folder : existing(path.dirname(folder));

const checkFilling = async (config: Config, embedder: Embedder): Promise<readonly Finding[]> => {
  const isThere = existsSync(path.join(config.dataDir, 'index.db'));
  const index = isThere ? composeIndex({ config }, embedder) : undefined;
  try {
    return await Promise.all(
      config.knowledge.map(async ({ id }): Promise<Finding> => {
        const count = (await index?.listDocuments(id))?.length ?? 0;
        const name = `knowledge ${id}`;
        if (count > 0) return { state: 'ok', name, said: `${count} documents` };
        return { state: 'warn', name, said: 'no documents; `footnote ingest` reads them in' };
      }),
    );
  } finally {
    await index?.close();
  }
};
