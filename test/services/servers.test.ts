/** Holds that the servers which the service tests rest on answer, stop, and keep what they were given. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { type Connection, createConnection } from 'mongoose';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startMongo } from './servers/start-mongo.ts';
import { startRedis } from './servers/start-redis.ts';
import { ownNames } from './servers/with-servers.ts';

describe('the shared servers', () => {
  test('answer at the addresses that a test file is given', async () => {
    const { redisUrl, mongodbUrl } = ownNames(import.meta.url);
    expect(await inRedis(redisUrl, (redis) => redis.ping())).toBe('PONG');
    const ping = await inMongo(mongodbUrl, async ({ db }) => db?.command({ ping: 1 }));
    expect(ping).toMatchObject({ ok: 1 });
  });

  test('are used under names that no other caller gets', () => {
    const first = ownNames(import.meta.url);
    const second = ownNames(import.meta.url);
    expect(first.keyPrefix).toMatch(/^footnote-servers-[0-9a-f]{6}$/);
    expect(new URL(first.mongodbUrl).pathname).toBe(`/${first.keyPrefix}`);
    expect(second.keyPrefix).not.toBe(first.keyPrefix);
  });
});

describe('a Redis of the test', () => {
  test('keeps its data over a restart when it has a folder', async ({ skip }) => {
    const started = await startRedis({ dir: await scratchDir() });
    const server = 'server' in started ? started.server : skip(started.missing);
    onTestFinished(() => server.stop());

    await inRedis(server.url, (redis) => redis.set('key', 'value'));
    await server.restart();
    expect(await inRedis(server.url, (redis) => redis.get('key'))).toBe('value');
  });

  test('forgets its data over a restart without a folder', async ({ skip }) => {
    const started = await startRedis();
    const server = 'server' in started ? started.server : skip(started.missing);
    onTestFinished(() => server.stop());

    await inRedis(server.url, (redis) => redis.set('key', 'value'));
    await server.restart();
    expect(await inRedis(server.url, (redis) => redis.get('key'))).toBeNull();
  });

  test('refuses connections while stopped and takes them when started again', async ({ skip }) => {
    const started = await startRedis();
    const server = 'server' in started ? started.server : skip(started.missing);
    onTestFinished(() => server.stop());

    await server.stop();
    await expect(inRedis(server.url, (redis) => redis.ping())).rejects.toThrow(
      'Connection is closed',
    );
    await server.start();
    expect(await inRedis(server.url, (redis) => redis.ping())).toBe('PONG');
  });

  test('answers nothing while paused, and everything once resumed', async ({ skip }) => {
    const started = await startRedis();
    const server = 'server' in started ? started.server : skip(started.missing);
    onTestFinished(() => server.stop());

    await inRedis(server.url, async (redis) => {
      await redis.ping();
      server.pause();
      const waiting = redis.echo('late');
      const first = await Promise.race([waiting, setTimeout(50, 'nothing')]);
      expect(first).toBe('nothing');
      server.resume();
      expect(await waiting).toBe('late');
    });
  });

  test('stops while it is paused', async ({ skip }) => {
    const started = await startRedis();
    const server = 'server' in started ? started.server : skip(started.missing);
    server.pause();
    await server.stop();
    await expect(inRedis(server.url, (redis) => redis.ping())).rejects.toThrow(
      'Connection is closed',
    );
  });
});

describe('a MongoDB wire server of the test', () => {
  test('keeps a document over SIGTERM and a new start on the same file', async ({ skip }) => {
    const started = await startMongo({ file: join(await scratchDir(), 'mongo.db') });
    const server = 'server' in started ? started.server : skip(started.missing);
    onTestFinished(() => server.stop());
    const url = `${server.url}/kept`;

    await inMongo(url, async ({ db }) => {
      await db?.collection('turns').createIndex({ seq: 1 }, { unique: true });
      await db?.collection('turns').insertOne({ seq: 1, text: 'kept' });
    });
    await server.stop();
    await expect(inMongo(url, async () => {})).rejects.toThrow('ECONNREFUSED');
    await server.start();

    await inMongo(url, async ({ db }) => {
      const turns = db?.collection('turns');
      expect(await turns?.findOne({ seq: 1 })).toMatchObject({ text: 'kept' });
      await expect(turns?.insertOne({ seq: 1 })).rejects.toMatchObject({ code: 11000 });
    });
  });

  test('forgets its documents over a restart without a file', async ({ skip }) => {
    const started = await startMongo();
    const server = 'server' in started ? started.server : skip(started.missing);
    onTestFinished(() => server.stop());
    const url = `${server.url}/forgotten`;

    await inMongo(url, async ({ db }) => db?.collection('turns').insertOne({ seq: 1 }));
    await server.restart();
    expect(await inMongo(url, async ({ db }) => db?.collection('turns').countDocuments())).toBe(0);
  });
});

async function scratchDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'footnote-servers-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  return dir;
}

async function inRedis<Result>(url: string, use: (redis: Redis) => Promise<Result>) {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  // Without a listener ioredis prints the error of a refused connection; the call itself fails too.
  redis.on('error', () => {});
  try {
    await redis.connect();
    return await use(redis);
  } finally {
    redis.disconnect();
  }
}

async function inMongo<Result>(url: string, use: (connection: Connection) => Promise<Result>) {
  const connection = createConnection(url, { serverSelectionTimeoutMS: 2_000 });
  try {
    return await use(await connection.asPromise());
  } finally {
    await connection.close();
  }
}
