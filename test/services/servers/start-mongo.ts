/** Starts a MongoDB wire server of a test's own: mongo-java-server on H2, from Maven Central. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.ts';
import { runTool } from './run-tool.ts';
import { type Started, startTestServer } from './test-server.ts';

export interface MongoOptions {
  /** The database file, created when absent, so that data survives `restart`; without it data live in memory. */
  readonly file?: string;
}

const oldestJdk = 17;
const sourceDir = fileURLToPath(new URL('./mongo/', import.meta.url));
const cacheDir = fileURLToPath(
  new URL('../../../node_modules/.cache/footnote-mongo/', import.meta.url),
);

/**
 * Starts the wire server on a free loopback port; ready in 1 to 2 s, about 64 MB.
 *
 * It knows single-document operations, unique, partial and TTL indexes, `$expr`, `$$NOW` and aggregation; it has no
 * transactions, change streams or update pipelines. The first call on a machine lets Maven fetch the jars (5 s).
 */
export async function startMongo({ file }: MongoOptions = {}): Promise<Started> {
  const jars = await prepareJars();
  if ('missing' in jars) return jars;
  const port = await freePort();
  const server = await startTestServer({
    url: `mongodb://127.0.0.1:${port}`,
    command: 'java',
    args: [
      '-XX:TieredStopAtLevel=1',
      ...['-cp', join(jars.dir, '*'), join(sourceDir, 'MongoWireServer.java')],
      ...[String(port), file ?? ':mem:'],
    ],
    ready: /^listening on /,
  });
  return { server };
}

/** The folder with the jars that `pom.xml` names; fetched once per version of that file. */
async function prepareJars(): Promise<{ readonly dir: string } | { readonly missing: string }> {
  const jdk = /^javac (\d+)/m.exec((await runTool('javac', ['-version'])) ?? '')?.[1];
  if (jdk === undefined || Number(jdk) < oldestJdk) {
    return { missing: `a JDK ${oldestJdk} or newer is not installed` };
  }
  const pom = join(sourceDir, 'pom.xml');
  const version = createHash('sha256')
    .update(await readFile(pom))
    .digest('hex')
    .slice(0, 12);
  const dir = join(cacheDir, version);
  if (existsSync(dir)) return { dir };

  await mkdir(cacheDir, { recursive: true });
  const scratch = await mkdtemp(join(cacheDir, 'fetching-'));
  const problem = await copyJars(pom, scratch);
  if (problem !== undefined) {
    await rm(scratch, { recursive: true });
    return { missing: problem };
  }
  await rename(scratch, dir).catch(async (error: unknown) => {
    // Another process that started at the same time may have been first; its folder holds the same jars.
    await rm(scratch, { recursive: true });
    if (!existsSync(dir)) throw error;
  });
  return { dir };
}

async function copyJars(pom: string, outputDir: string): Promise<string | undefined> {
  const copy = ['dependency:copy-dependencies', `-DoutputDirectory=${outputDir}`];
  try {
    const printed = await runTool('mvn', ['-q', '-B', '-f', pom, ...copy]);
    return printed === undefined ? 'Maven is not installed' : undefined;
  } catch (error) {
    const lines = error instanceof Error ? error.message.split('\n') : [];
    const cause = lines.find((line) => line.includes('ERROR')) ?? 'no reason given';
    return `Maven could not fetch the MongoDB wire server: ${cause}`;
  }
}
