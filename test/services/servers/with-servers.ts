/** Gives the service tests one Redis and one MongoDB: those of the environment, else servers started here. */
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { basename } from 'node:path';
import { startMongo } from './start-mongo.ts';
import { startRedis } from './start-redis.ts';
import type { Started } from './test-server.ts';

/** The environment variables that service tests read. */
export interface ServiceUrls {
  readonly REDIS_URL: string;
  readonly MONGODB_URL: string;
}

export type ServiceServers =
  | { readonly urls: ServiceUrls; readonly stop: () => Promise<void> }
  | { readonly missing: readonly string[] };

/** What one test file calls its own on servers that all files share. */
export interface OwnNames {
  readonly redisUrl: string;
  /** For every Redis key of the file; without a colon, which BullMQ keeps for itself. */
  readonly keyPrefix: string;
  /** Names a database of the file's own; the file drops it when it is done. */
  readonly mongodbUrl: string;
}

type Environment = Readonly<Record<string, string | undefined>>;
type Reached =
  | { readonly url: string; readonly stop: () => Promise<void> }
  | { readonly missing: string };

const reachTimeoutMs = 3_000;

/** Reaches or starts both servers. `missing` names all that stands in the way; then nothing is left running. */
export async function withServers(environment: Environment): Promise<ServiceServers> {
  const reached = await Promise.all([
    reachOrStart({ name: 'REDIS_URL', environment, start: startRedis }),
    reachOrStart({ name: 'MONGODB_URL', environment, start: startMongo }),
  ]);
  const stop = async () => {
    await Promise.all(reached.map((server) => ('stop' in server ? server.stop() : undefined)));
  };
  const [redis, mongo] = reached;
  if ('url' in redis && 'url' in mongo) {
    return { urls: { REDIS_URL: redis.url, MONGODB_URL: mongo.url }, stop };
  }
  await stop();
  return { missing: reached.flatMap((it) => ('missing' in it ? [it.missing] : [])) };
}

/** Names of a test file's own, from its `import.meta.url`. Throws outside the project `services`. */
export function ownNames(testFileUrl: string): OwnNames {
  const { REDIS_URL: redisUrl, MONGODB_URL: mongodb } = process.env;
  if (!redisUrl || !mongodb) throw new Error('REDIS_URL and MONGODB_URL are not set');
  const file = basename(testFileUrl).replace(/\.test\.ts$/, '');
  const name = `footnote-${file.replace(/[^a-z0-9]+/g, '-')}-${randomBytes(3).toString('hex')}`;
  const mongodbUrl = new URL(mongodb);
  mongodbUrl.pathname = `/${name}`;
  return { redisUrl, keyPrefix: name, mongodbUrl: mongodbUrl.href };
}

async function reachOrStart(server: {
  readonly name: keyof ServiceUrls;
  readonly environment: Environment;
  readonly start: () => Promise<Started>;
}): Promise<Reached> {
  const url = server.environment[server.name];
  if (url) {
    const stop = async () => {};
    return (await answers(url)) ? { url, stop } : { missing: `${server.name} does not answer` };
  }
  const started = await server.start();
  if ('missing' in started) return started;
  return { url: started.server.url, stop: () => started.server.stop() };
}

const defaultPorts: Readonly<Record<string, number>> = { 'redis:': 6379, 'mongodb:': 27017 };

function answers(url: string): Promise<boolean> {
  const { hostname, port, protocol } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) || (defaultPorts[protocol] ?? 0) });
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(reachTimeoutMs, () => finish(false));
    socket.once('connect', () => finish(true)).once('error', () => finish(false));
  });
}
