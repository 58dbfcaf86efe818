/** A folder, or a single file, on this machine as a source of documents. */
import { open, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { glob } from 'tinyglobby';
import { BotError } from '../../domain/errors.ts';
import type { Source, SourceItem, SourceProblem, UnreadableReason } from '../../ports/source.ts';
import { reportingFs } from './reporting-fs.ts';
import { reasonOf } from './unreadable-reason.ts';

/** Larger files are named in the report and not read: no handbook page is, and a log or an archive would fill the memory. */
export const maxFileSizeBytes = 20 * 1024 * 1024;

export interface FolderSourceOptions {
  readonly id: string;
  /** Absolute path of a folder or a file. */
  readonly root: string;
  /** Globs below the folder; hidden entries only match a pattern that names them. A file as root is taken whatever they say. */
  readonly include: readonly string[];
}

/** `node_modules` is never entered. Links are followed, except those that lead to a folder above themselves. */
export const createFolderSource = (options: FolderSourceOptions): Source => ({
  id: options.id,
  list: ({ signal } = {}) => listFiles(options, signal),
});

async function* listFiles(
  { root, include }: FolderSourceOptions,
  signal: AbortSignal | undefined,
): AsyncGenerator<SourceItem | SourceProblem> {
  const kind = await kindOf(root);
  if (kind === 'file') {
    yield await itemOf(root, path.basename(root));
    return;
  }
  if (kind !== 'folder') {
    yield { path: '.', reason: kind };
    return;
  }
  const folder = await realpath(root);
  const problems: SourceProblem[] = [];
  const found = await glob([...include], {
    cwd: folder,
    ignore: ['**/node_modules/**'],
    expandDirectories: false,
    fs: reportingFs(folder, (problem) => problems.push(problem)),
    ...(signal === undefined ? {} : { signal }),
  });
  signal?.throwIfAborted();
  yield* problems;
  for (const relative of found.toSorted()) {
    signal?.throwIfAborted();
    yield await itemOf(path.join(folder, relative), relative);
  }
}

const kindOf = async (root: string): Promise<'file' | 'folder' | UnreadableReason> => {
  try {
    return (await stat(root)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    return reasonOf(error);
  }
};

const itemOf = async (file: string, name: string): Promise<SourceItem | SourceProblem> => {
  try {
    const stats = await stat(file);
    const reason = refusalOf(stats);
    if (reason !== undefined) return { path: name, reason };
    return { path: name, sizeBytes: stats.size, read: () => readWhole(file) };
  } catch (error) {
    return { path: name, reason: reasonOf(error) };
  }
};

const readWhole = async (file: string): Promise<Uint8Array> => {
  try {
    const handle = await open(file, 'r');
    try {
      const reason = refusalOf(await handle.stat());
      if (reason !== undefined) throw new BotError('document_unreadable', { details: { reason } });
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof BotError) throw error;
    throw new BotError('document_unreadable', { details: { reason: reasonOf(error) } });
  }
};

const refusalOf = (stats: {
  isFile(): boolean;
  readonly size: number;
}): UnreadableReason | undefined => {
  if (!stats.isFile()) return 'unsupported_type';
  return stats.size > maxFileSizeBytes ? 'too_large' : undefined;
};
