/** Reads documents into the index and reports what went in and what could not be read. */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { SingleBar } from 'cli-progress';
import type { Config, KnowledgeConfig } from '../src/config/config.ts';
import { asId, type KnowledgeBaseId } from '../src/domain/ids.ts';
import { createFolderSource } from '../src/drivers/sources/folder-source.ts';
import { countCl100kTokens } from '../src/drivers/system/cl100k-counter.ts';
import { createSystemClock } from '../src/drivers/system/system-clock.ts';
import { type SyncProgress, type SyncReport, syncSource } from '../src/knowledge/sync-source.ts';
import type { ChunkWriter } from '../src/ports/chunk-writer.ts';
import type { Embedder } from '../src/ports/embedder.ts';
import { composeEmbedder, composeIndex } from './compose.ts';
import { parsers } from './parsers.ts';
import { ConfigFaults } from './read-config.ts';

/** One source and where its documents go. */
export interface IngestJob {
  readonly id: string;
  readonly root: string;
  readonly knowledgeBaseId: KnowledgeBaseId;
  readonly include: readonly string[];
  readonly link?: string;
}

interface Index {
  readonly embedder: Embedder;
  readonly writer: ChunkWriter;
}

const chunking = { maxTokens: 512, countTokens: countCl100kTokens };
const everyDocument = parsers.flatMap((parser) => parser.extensions.map((one) => `**/*${one}`));

/** The command: without paths all sources of the configuration. Throws `ConfigFaults` for a path or a name that does not exist. */
export const ingest = async (
  config: Config,
  { paths, kb }: { readonly paths: readonly string[]; readonly kb?: string },
): Promise<{ readonly unreadable: number }> => {
  const jobs = paths.length === 0 ? configuredJobs(config) : jobsFor(config, { paths, kb });
  const embedder = composeEmbedder({ config, clock: createSystemClock() });
  const writer = composeIndex({ config }, embedder);
  try {
    const unreadable = await syncJobs({ embedder, writer }, jobs);
    if (paths.length === 0) await removeForgotten(writer, config);
    return { unreadable };
  } finally {
    await writer.close();
  }
};

/** Brings all sources of the configuration up to date; says nothing when nothing changed. */
export const ingestConfigured = async (index: Index, config: Config): Promise<void> => {
  await syncJobs(index, configuredJobs(config), { quiet: true });
  await removeForgotten(index.writer, config);
};

const configuredJobs = (config: Config): readonly IngestJob[] => config.knowledge.flatMap(jobsOf);

const jobsOf = (base: KnowledgeConfig): readonly IngestJob[] =>
  base.sources.map((source) => ({
    id: source.id,
    root: source.folder,
    knowledgeBaseId: base.id,
    include: source.include,
    ...(source.link !== undefined && { link: source.link }),
  }));

/** A path inside a source of the configuration stands for that source, so that its links and its removals hold. Throws `ConfigFaults` with all of them. */
export const jobsFor = (
  config: Config,
  { paths, kb }: { readonly paths: readonly string[]; readonly kb: string | undefined },
): readonly IngestJob[] => {
  const faults: string[] = [];
  const named = config.knowledge.find((base) => base.id === kb);
  if (kb !== undefined && named === undefined)
    faults.push(`--kb: there is no knowledge named ${kb}`);
  const jobs = new Map<string, IngestJob>();
  for (const given of paths) {
    const root = path.resolve(given);
    if (!existsSync(root)) {
      faults.push(`${given}: there is no such file or folder`);
      continue;
    }
    const owning = configuredJobs(config).find(
      (job) => (kb === undefined || job.knowledgeBaseId === kb) && isInside(root, job.root),
    );
    const base = named ?? config.knowledge[0];
    if (owning !== undefined) jobs.set(owning.id, owning);
    else if (base === undefined) faults.push(`${given}: the configuration names no knowledge`);
    else if (named === undefined && config.knowledge.length > 1) {
      faults.push(`${given}: name the knowledge that takes it in with --kb`);
    } else {
      const id = `path:${root}`;
      jobs.set(id, { id, root, knowledgeBaseId: base.id, include: everyDocument });
    }
  }
  if (faults.length > 0) throw new ConfigFaults(faults);
  return [...jobs.values()];
};

const isInside = (target: string, folder: string): boolean =>
  target === folder || target.startsWith(folder + path.sep);

const syncJobs = async (
  index: Index,
  jobs: readonly IngestJob[],
  { quiet }: { readonly quiet: boolean } = { quiet: false },
): Promise<number> => {
  let unreadable = 0;
  for (const job of jobs) {
    const progress = createProgress(job);
    const report = await syncSource(
      { ...index, parsers, source: createFolderSource(job) },
      {
        knowledgeBaseId: job.knowledgeBaseId,
        chunking,
        ...(job.link !== undefined && { linkTemplate: job.link }),
        onProgress: progress.show,
      },
    );
    const changed = report.added + report.changed + report.removed + report.unreadable.length;
    progress.end(quiet && changed === 0 ? undefined : report);
    unreadable += report.unreadable.length;
  }
  return unreadable;
};

/** Documents of sources that the configuration does not name any more; what was ingested by path stays. */
const removeForgotten = async (writer: ChunkWriter, config: Config): Promise<void> => {
  for (const base of config.knowledge) {
    const sources = new Set(base.sources.map((source) => source.id));
    for (const document of await writer.listDocuments(asId(base.id))) {
      const known = sources.has(document.sourceId) || document.sourceId.startsWith('path:');
      if (!known) await writer.removeDocument(document.id);
    }
  }
};

/** A bar on a terminal, plain lines elsewhere. */
const createProgress = (job: IngestJob) => {
  const name = statSync(job.root, { throwIfNoEntry: false }) ? path.basename(job.root) : job.root;
  const bar = process.stderr.isTTY
    ? new SingleBar({
        format: `${name} {bar} {value}/{total}`,
        stream: process.stderr,
        hideCursor: true,
      })
    : undefined;
  let begun = false;
  return {
    show({ done, total }: SyncProgress) {
      if (!begun) bar?.start(total, 0);
      begun = true;
      bar?.update(done);
    },
    end(report: SyncReport | undefined) {
      bar?.stop();
      if (report === undefined) return;
      const counts = `${report.added} added, ${report.changed} changed, ${report.unchanged} unchanged, ${report.removed} removed`;
      process.stdout.write(
        `${job.knowledgeBaseId} (${name}): ${counts}, ${report.unreadable.length} not readable\n`,
      );
      for (const problem of report.unreadable) {
        process.stdout.write(`  not readable: ${problem.path}: ${problem.reason}\n`);
      }
    },
  };
};
