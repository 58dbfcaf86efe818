/** The AnswerLog's contract on Redis Streams, and what readers and writers see when Redis is stopped, frozen or flushed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createRedisAnswerLog } from '../../src/drivers/redis/redis-answer-log.ts';
import {
  createRedisConnections,
  type RedisConnections,
} from '../../src/drivers/redis/redis-connections.ts';
import { createSystemClock } from '../../src/drivers/system/system-clock.ts';
import {
  delta,
  describeAnswerLog,
  eventsOf,
  finalEvent,
  newTurnId,
  readAll,
} from '../contracts/answer-log.contract.ts';
import { createRecordingLog } from '../fakes/recording-log.ts';
import { startRedis } from './servers/start-redis.ts';
import type { TestServer } from './servers/test-server.ts';
import { ownNames } from './servers/with-servers.ts';

const clock = createSystemClock();
const patience = { timeout: 15_000 };
const unavailable = { code: 'queue_unavailable' };

const connect = async (url: string) => {
  const log = createRecordingLog();
  const connections = createRedisConnections({ url, clock, log });
  await connections.whenReady();
  return { connections, log };
};

describe('the answer log on Redis', () => {
  describeAnswerLog(async () => {
    const { redisUrl, keyPrefix } = ownNames(import.meta.url);
    const { connections } = await connect(redisUrl);
    return {
      log: createRedisAnswerLog({ connections, clock, keyPrefix }),
      async pass(turnId, ms) {
        const key = `${keyPrefix}:answer:${turnId}`;
        const leftMs = await connections.commands.pttl(key);
        await connections.commands.pexpire(key, leftMs - ms);
      },
      dispose: () => connections.close(),
    };
  });

  test('serves 200 readers of 200 turns with two connections', async () => {
    const { connections, log } = await begin({ keeps: false });
    const turnIds = Array.from({ length: 200 }, newTurnId);
    const readings = turnIds.map((turnId) => readAll(log, { turnId }));
    await vi.waitFor(async () => expect(await countClients(connections)).toBe(2));
    await Promise.all(turnIds.map((turnId) => log.append(turnId, delta('a'))));
    expect(await countClients(connections)).toBe(2);
    await Promise.all(turnIds.map((turnId) => log.append(turnId, finalEvent('a'))));
    for (const entries of await Promise.all(readings)) {
      expect(eventsOf(entries)).toEqual([delta('a'), finalEvent('a')]);
    }
  });

  test('refuses an entry that is no event', async () => {
    const { redisUrl, keyPrefix } = ownNames(import.meta.url);
    const { connections } = await connect(redisUrl);
    onTestFinished(() => connections.close());
    const log = createRedisAnswerLog({ connections, clock, keyPrefix });
    const turnId = newTurnId();
    for (const json of ['{"type":"delta"}', 'half a js']) {
      await connections.commands.xadd(`${keyPrefix}:answer:${turnId}`, '*', 'event', json);
      await expect(readAll(log, { turnId })).rejects.toMatchObject({ code: 'payload_invalid' });
      await connections.commands.del(`${keyPrefix}:answer:${turnId}`);
    }
  });
});

describe('the answer log while Redis is away', () => {
  test('lets a reader go on after a restart that kept the data', async () => {
    const { server, connections, log, turnId, lines } = await begin({ keeps: true });
    const reading = readAll(log, { turnId });
    await log.append(turnId, delta('a'));
    await server.restart();
    await whenBack(connections);
    await log.append(turnId, delta('b'));
    await log.append(turnId, finalEvent('ab'));
    expect(eventsOf(await reading)).toEqual([delta('a'), delta('b'), finalEvent('ab')]);
    expect(lines()).toEqual(['redis lost', 'redis back']);
  });

  test('fails at once while Redis is stopped, and works when it is back', async () => {
    const { server, connections, log, turnId, lines } = await begin({ keeps: false });
    await server.stop();
    const startMs = clock.monotonic();
    await expect(log.append(turnId, delta('a'))).rejects.toMatchObject(unavailable);
    await expect(log.has(turnId)).rejects.toMatchObject(unavailable);
    expect(clock.monotonic() - startMs).toBeLessThan(500);
    await server.start();
    await whenBack(connections);
    await log.append(turnId, finalEvent('a'));
    expect(eventsOf(await readAll(log, { turnId }))).toEqual([finalEvent('a')]);
    expect(lines()).toEqual(['redis lost', 'redis back']);
  });

  test('tells a reader when Redis stays away', async () => {
    const { server, log, turnId } = await begin({ keeps: false });
    await server.stop();
    await expect(readAll(log, { turnId })).rejects.toMatchObject(unavailable);
  });

  test('fails within its deadline while Redis is frozen, and writes nothing twice', async () => {
    const { server, connections, log, turnId } = await begin({ keeps: true });
    await log.append(turnId, delta('a'));
    server.pause();
    onTestFinished(() => server.resume());
    const startMs = clock.monotonic();
    await expect(log.append(turnId, delta('b'))).rejects.toMatchObject(unavailable);
    expect(clock.monotonic() - startMs).toBeLessThan(2_500);
    const refusedAtMs = clock.monotonic();
    await expect(log.append(turnId, delta('c'))).rejects.toMatchObject(unavailable);
    expect(clock.monotonic() - refusedAtMs).toBeLessThan(100);
    server.resume();
    await whenBack(connections);
    await log.append(turnId, { type: 'reset', attempt: 1 });
    await log.append(turnId, delta('abc'));
    await log.append(turnId, finalEvent('abc'));
    const events = eventsOf(await readAll(log, { turnId }));
    expect(events.slice(-3)).toEqual([
      { type: 'reset', attempt: 1 },
      delta('abc'),
      finalEvent('abc'),
    ]);
    expect(events.slice(0, -3)).toEqual([delta('a'), delta('b')].slice(0, events.length - 3));
  });

  test('never shows a text with a hole: after a failed append only a reset goes on', async () => {
    const { server, connections, log, turnId } = await begin({ keeps: true });
    await log.append(turnId, delta('a'));
    await server.stop();
    await expect(log.append(turnId, delta('b'))).rejects.toMatchObject(unavailable);
    await server.start();
    await whenBack(connections);
    await expect(log.append(turnId, delta('c'))).rejects.toMatchObject(unavailable);
    await log.append(turnId, { type: 'reset', attempt: 1 });
    await log.append(turnId, delta('abc'));
    await log.append(turnId, finalEvent('abc'));
    expect(eventsOf(await readAll(log, { turnId }))).toEqual([
      delta('a'),
      { type: 'reset', attempt: 1 },
      delta('abc'),
      finalEvent('abc'),
    ]);
  });

  test('ends a reader when Redis is flushed in mid-answer, and tells the writer', async () => {
    const { url, log, turnId } = await begin({ keeps: false });
    const reader = log.read(turnId, { signal: new AbortController().signal });
    await log.append(turnId, delta('a'));
    await reader[Symbol.asyncIterator]().next();
    const flusher = new Redis(url);
    onTestFinished(() => flusher.disconnect());
    await flusher.flushall();
    expect(await readAll({ ...log, read: () => reader }, { turnId })).toEqual([]);

    await expect(log.append(turnId, delta('b'))).rejects.toMatchObject(unavailable);
    expect(await log.has(turnId)).toBe(false);
    await log.append(turnId, { type: 'reset', attempt: 1 });
    await log.append(turnId, delta('ab'));
    await log.append(turnId, finalEvent('ab'));
    expect(await readAll(log, { turnId })).toHaveLength(3);
  });

  test('closes while Redis is stopped', async () => {
    const { server, log, connections } = await begin({ keeps: false });
    await server.stop();
    const startMs = clock.monotonic();
    await log.close();
    await connections.close();
    expect(clock.monotonic() - startMs).toBeLessThan(2_500);
  });
});

/** A log with a reader's connection open, on a Redis of the test's own. */
async function begin({ keeps }: { readonly keeps: boolean }) {
  const started = await startRedis(keeps ? { dir: await scratchDir() } : {});
  if (!('server' in started)) throw new Error(started.missing);
  const { server }: { server: TestServer } = started;
  onTestFinished(() => server.stop());
  const { connections, log: lines } = await connect(server.url);
  onTestFinished(() => connections.close());
  const log = createRedisAnswerLog({ connections, clock });
  onTestFinished(() => log.close());
  const events = () => lines.lines.map(({ event }) => event);
  return { server, url: server.url, connections, log, turnId: newTurnId(), lines: events };
}

async function scratchDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'footnote-answer-log-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  return dir;
}

/** Resolves as soon as commands are answered again. */
async function whenBack({ commands }: RedisConnections): Promise<void> {
  await vi.waitFor(() => commands.ping(), patience);
}

/** How many connections of this product Redis has. */
async function countClients({ commands }: RedisConnections): Promise<number> {
  const list = String(await commands.client('LIST'));
  return list.match(/ name=footnote-/g)?.length ?? 0;
}
