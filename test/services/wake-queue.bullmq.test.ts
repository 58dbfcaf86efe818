/** The WakeQueue's contract on BullMQ, and what becomes of wake-ups when Redis is stopped, frozen or flushed. */
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createConversationQueue } from '../../jobs/conversation-queue.ts';
import { type ConversationId, newConversationId } from '../../src/domain/ids.ts';
import { createRedisConnections } from '../../src/drivers/redis/redis-connections.ts';
import { createSystemClock } from '../../src/drivers/system/system-clock.ts';
import { describeWakeQueue } from '../contracts/wake-queue.contract.ts';
import { createGate } from '../fakes/gate.ts';
import { createRecordingLog } from '../fakes/recording-log.ts';
import { freePort } from './servers/free-port.ts';
import { startRedis } from './servers/start-redis.ts';
import { ownNames } from './servers/with-servers.ts';

const clock = createSystemClock();
const patience = { timeout: 30_000 };
const unavailable = { code: 'queue_unavailable' };

describe('the queue on BullMQ', () => {
  describeWakeQueue(async () => {
    const { redisUrl, keyPrefix } = ownNames(import.meta.url);
    const { queue, connections } = open(redisUrl, keyPrefix);
    return { queue, dispose: () => connections.close() };
  });

  test('leaves nothing of a handled wake-up in Redis', async () => {
    const { url, queue } = await begin();
    const handled = consumeAll(queue);
    await queue.wake(newConversationId());
    await vi.waitFor(() => expect(handled).toHaveLength(1), patience);
    const redis = connectPlainly(url);
    await vi.waitFor(async () => {
      const keys = (await redis.keys('*')).map((key) => key.split(':').slice(2).join(':')).sort();
      expect(keys).toEqual(expect.not.arrayContaining(['wait', 'active', 'failed', 'completed']));
      expect(keys.filter((key) => /^\d/.test(key) || key.startsWith('de:'))).toEqual([]);
    }, patience);
  });

  test('gives up a wake-up that it cannot read, and goes on', async () => {
    const { url, queue, lines } = await begin();
    const handled = consumeAll(queue);
    const foreign = new Queue('footnote-conversations', {
      prefix: 'footnote',
      connection: connectPlainly(url),
    });
    await foreign.add('wake-up', { conversationId: 'no id, but a whole question' });
    const conversationId = newConversationId();
    await queue.wake(conversationId);
    await vi.waitFor(() => expect(handled).toEqual([conversationId]), patience);
    expect(lines()).toEqual(['wake-up unreadable']);
  });

  test('hands a conversation of a stopped worker to another one at once', async () => {
    const { url, queue } = await begin();
    const gate = createGate();
    const begun: ConversationId[] = [];
    const { stop } = queue.consume(async (conversationId) => {
      begun.push(conversationId);
      await gate.passed;
    });
    const conversationId = newConversationId();
    await queue.wake(conversationId);
    await vi.waitFor(() => expect(begun).toEqual([conversationId]), patience);
    const handled = consumeAll(openAndClose(url));
    const stopping = stop();
    gate.open();
    await stopping;
    await vi.waitFor(() => expect(handled).toEqual([conversationId]), { timeout: 3_000 });
  });
});

describe('the queue while Redis is away', () => {
  test('refuses a wake-up within 2 s when Redis was never there, and stops and closes', async () => {
    const { queue, connections } = open(`redis://127.0.0.1:${await freePort()}`);
    const { stop } = queue.consume(async () => {});
    await expectRefusal(queue.wake(newConversationId()));
    await expectQuick(async () => {
      await stop();
      await queue.close();
      await connections.close();
    });
  });

  test('refuses a wake-up while Redis is stopped and takes it when it is back', async () => {
    const { server, queue, lines } = await begin();
    const handled = consumeAll(queue);
    await queue.wake(newConversationId());
    await vi.waitFor(() => expect(handled).toHaveLength(1), patience);
    await server.stop();
    await expectRefusal(queue.wake(newConversationId()));
    await server.start();
    const conversationId = newConversationId();
    await vi.waitFor(() => queue.wake(conversationId), patience);
    await vi.waitFor(() => expect(handled).toContain(conversationId), patience);
    expect(lines()).toEqual(['redis lost', 'redis back']);
  });

  test('refuses a wake-up within 2 s while Redis is frozen', async () => {
    const { server, queue } = await begin();
    await queue.wake(newConversationId());
    server.pause();
    await expectRefusal(queue.wake(newConversationId()));
    server.resume();
  });

  test('stops and closes while Redis is stopped, with handlings under way', async () => {
    const { server, queue, connections } = await begin();
    const begun: ConversationId[] = [];
    const { stop } = queue.consume(async (conversationId, { signal }) => {
      begun.push(conversationId);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    });
    for (let count = 1; count <= 5; count += 1) await queue.wake(newConversationId());
    await vi.waitFor(() => expect(begun).toHaveLength(5), patience);
    await server.stop();
    await expectQuick(async () => {
      await stop();
      await queue.close();
      await connections.close();
    });
  });

  test('handles wake-ups again after Redis was stopped during a handling', async () => {
    const { server, queue } = await begin();
    const gate = createGate();
    const begun: ConversationId[] = [];
    const { stop } = queue.consume(async (conversationId) => {
      begun.push(conversationId);
      await gate.passed;
    });
    onTestFinished(stop);
    const conversationId = newConversationId();
    await queue.wake(conversationId);
    await vi.waitFor(() => expect(begun).toEqual([conversationId]), patience);
    await server.restart();
    gate.open();
    await vi.waitFor(() => queue.wake(conversationId), patience);
    await vi.waitFor(() => expect(begun.length).toBeGreaterThanOrEqual(2), patience);
  });

  test('handles wake-ups again after a flush during a handling, and says so in one line', async () => {
    const { url, queue, lines } = await begin();
    const gate = createGate();
    const begun: ConversationId[] = [];
    const { stop } = queue.consume(async (conversationId) => {
      begun.push(conversationId);
      await gate.passed;
    });
    onTestFinished(stop);
    const ids = Array.from({ length: 5 }, newConversationId);
    for (const conversationId of ids) await queue.wake(conversationId);
    await vi.waitFor(() => expect(begun).toHaveLength(5), patience);
    await connectPlainly(url).flushall();
    gate.open();
    for (const conversationId of ids) await queue.wake(conversationId);
    await vi.waitFor(() => expect(begun).toHaveLength(10), patience);
    expect(lines()).toEqual(['wake-up lost by the queue']);
  });
});

function open(url: string, keyPrefix?: string) {
  const log = createRecordingLog();
  const connections = createRedisConnections({ url, clock, log });
  const prefix = keyPrefix === undefined ? {} : { keyPrefix };
  const queue = createConversationQueue({ connections, clock, log, ...prefix });
  return { queue, connections, lines: () => log.lines.map(({ event }) => event) };
}

function openAndClose(url: string) {
  const { queue, connections } = open(url);
  onTestFinished(() => connections.close());
  onTestFinished(() => queue.close());
  return queue;
}

/** A queue on a Redis of the test's own. */
async function begin() {
  const started = await startRedis();
  if (!('server' in started)) throw new Error(started.missing);
  const { server } = started;
  onTestFinished(() => server.stop());
  const opened = open(server.url);
  onTestFinished(() => opened.connections.close());
  onTestFinished(() => opened.queue.close());
  return { ...opened, server, url: server.url };
}

function consumeAll(queue: Pick<ReturnType<typeof open>['queue'], 'consume'>): ConversationId[] {
  const handled: ConversationId[] = [];
  const { stop } = queue.consume(async (conversationId) => {
    handled.push(conversationId);
  });
  onTestFinished(stop);
  return handled;
}

function connectPlainly(url: string): Redis {
  const redis = new Redis(url, { maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  onTestFinished(() => redis.disconnect());
  return redis;
}

async function expectRefusal(wake: Promise<void>): Promise<void> {
  const startMs = clock.monotonic();
  await expect(wake).rejects.toMatchObject(unavailable);
  expect(clock.monotonic() - startMs).toBeLessThan(2_500);
}

async function expectQuick(work: () => Promise<void>): Promise<void> {
  const startMs = clock.monotonic();
  await work();
  expect(clock.monotonic() - startMs).toBeLessThan(5_000);
}
