/** The real parts that every flow needs: MongoDB, Redis, the built product's processes and a scripted language model. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createConnection } from 'mongoose';
import { createMongoStore, type MongoStore } from '../../../src/drivers/mongo/mongo-store.ts';
import { startFakeOpenAi } from '../../fakes/openai/start-fake-open-ai.ts';
import { startMongo } from '../servers/start-mongo.ts';
import { startRedis } from '../servers/start-redis.ts';
import type { Started, TestServer } from '../servers/test-server.ts';
import { ownNames } from '../servers/with-servers.ts';
import { type FootnoteProcess, runFootnote, startFootnote } from './footnote-process.ts';

const root = path.resolve(import.meta.dirname, '../../..');
export const apiKey = 'an-api-key-for-tests';

export interface PartsOptions {
  /** Names the database of the flow on the servers that all files share; not needed with `ownServers`. */
  readonly testFileUrl?: string;
  /** Servers of the flow's own, which a test may stop and start; MongoDB then keeps its data in a file. */
  readonly ownServers?: boolean;
  /** What the sample's footnote.yaml becomes; paths in it must be absolute. */
  readonly editConfig?: (sample: string) => string;
  /** 3,000 and 500 unless given: a death is noticed within seconds. */
  readonly leaseMs?: number;
  readonly sweepMs?: number;
}

/** The sample handbook, ranked as RAGFlow does: the fake's vectors say little. */
const configIn = (
  folder: string,
  edit: (sample: string) => string = (sample) => sample,
): string => {
  const sample = readFileSync(path.join(root, 'examples/footnote.yaml'), 'utf8');
  const file = path.join(folder, 'footnote.yaml');
  const config = sample
    .replace('./handbook', path.join(root, 'examples/handbook'))
    .replace(/vectorSimilarityWeight: .*/, 'vectorSimilarityWeight: 0.3');
  writeFileSync(file, edit(config));
  return file;
};

const mustStart = (started: Started): TestServer => {
  if ('missing' in started) throw new Error(started.missing);
  return started.server;
};

/** Everything but the platforms and the product's processes. The handbook is in the index. `platformEnv` tells the product of the platforms. */
export const openParts = async (
  options: PartsOptions,
  platformEnv: Readonly<Record<string, string>>,
) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'footnote-flow-'));
  const redis = mustStart(await startRedis(options.ownServers ? { dir: folder } : {}));
  const mongo = options.ownServers
    ? mustStart(await startMongo({ file: path.join(folder, 'mongo') }))
    : undefined;
  const mongodbUrl =
    mongo === undefined ? ownNames(options.testFileUrl ?? '').mongodbUrl : `${mongo.url}/footnote`;
  const model = await startFakeOpenAi();
  const env = {
    FOOTNOTE_CONFIG: configIn(folder, options.editConfig),
    FOOTNOTE_DATA_DIR: path.join(folder, 'data'),
    FOOTNOTE_API_KEYS: apiKey,
    FOOTNOTE_LEASE_MS: String(options.leaseMs ?? 3_000),
    FOOTNOTE_SWEEP_MS: String(options.sweepMs ?? 500),
    MONGODB_URL: mongodbUrl,
    REDIS_URL: redis.url,
    OPENAI_BASE_URL: model.baseUrl,
    OPENAI_API_KEY: 'a-model-key',
    FOOTNOTE_CHAT_MODEL: 'fake-chat',
    FOOTNOTE_EMBEDDING_MODEL: 'fake-embedding',
    ...platformEnv,
  };
  const ingested = await runFootnote(['ingest'], env);
  if (ingested.code !== 0) throw new Error(`ingest failed: ${ingested.stderr}`);

  const processes = new Set<FootnoteProcess>();
  let store: MongoStore | undefined;
  return {
    ...{ model, redis, mongo, env },
    /** `more` is the environment on top of `env`. */
    start: async (args: readonly string[], more: Readonly<Record<string, string>> = {}) => {
      const started = await startFootnote(args, { ...env, ...more });
      processes.add(started);
      return started;
    },
    /** The store as the product sees it, to assert what stands in it. */
    openStore: async (): Promise<MongoStore> => {
      store ??= await createMongoStore({
        url: mongodbUrl,
        outage: { failed() {}, passed() {} },
      });
      return store;
    },
    close: async (): Promise<void> => {
      await Promise.all([...processes].map((one) => one.kill()));
      await store?.close();
      await model.close();
      if (mongo === undefined) await dropDatabase(mongodbUrl);
      await Promise.all([redis.stop(), mongo?.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

const dropDatabase = async (url: string): Promise<void> => {
  const connection = await createConnection(url).asPromise();
  await connection.dropDatabase();
  await connection.close();
};
