/** The EditBudget's contract on Redis, shared by two processes' connections, and what it does without it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { asId } from '../../src/domain/ids.ts';
import { createMemoryEditBudget } from '../../src/drivers/memory/memory-edit-budget.ts';
import { createRedisConnections } from '../../src/drivers/redis/redis-connections.ts';
import { createRedisEditBudget } from '../../src/drivers/redis/redis-edit-budget.ts';
import { createSystemClock } from '../../src/drivers/system/system-clock.ts';
import { describeEditBudget } from '../contracts/edit-budget.contract.ts';
import { createRecordingLog } from '../fakes/recording-log.ts';
import { freePort } from './servers/free-port.ts';
import { ownNames } from './servers/with-servers.ts';

const clock = createSystemClock();
const liveMs = 400;

const openWorker = async (
  process: string,
  { url, keyPrefix }: { readonly url: string; readonly keyPrefix: string },
) => {
  const told: string[] = [];
  const connections = createRedisConnections({ url, clock, log: createRecordingLog() });
  await connections.whenReady();
  const budget = createRedisEditBudget({
    connections,
    alone: createMemoryEditBudget({ clock, liveMs }),
    outage: { failed: () => told.push('failed'), passed: () => told.push('passed') },
    process,
    clock,
    keyPrefix,
    liveMs,
  });
  return { connections, budget, told };
};

const bucket = { name: 'slack:T1:chat.update', limit: 12, windowMs: 60_000 };
const draft = { reply: asId<never>('slack-T1-C1-1'), kind: 'draft' } as const;

describe('the edit budget on Redis', () => {
  describeEditBudget(async () => {
    const { redisUrl: url, keyPrefix } = ownNames(import.meta.url);
    const [ours, theirs] = await Promise.all(
      ['worker-1', 'worker-2'].map((name) => openWorker(name, { url, keyPrefix })),
    );
    if (ours === undefined || theirs === undefined) throw new Error('two workers are needed');
    return {
      ours: ours.budget,
      theirs: theirs.budget,
      windowMs: 500,
      liveMs,
      // The server's time and ours run alike; a little more, because both round.
      pass: (ms) => sleep(ms + 5),
      async dispose() {
        await Promise.all([ours, theirs].map(({ connections }) => connections.close()));
      },
    };
  });

  test('leaves nothing behind for ever, and keeps a bucket in one slot of a cluster', async () => {
    const { redisUrl: url, keyPrefix } = ownNames(import.meta.url);
    const { budget, connections } = await openWorker('worker-1', { url, keyPrefix });
    onTestFinished(() => connections.close());
    await budget.take(bucket, draft);
    await budget.block(bucket, 1_000);
    const redis = new Redis(url);
    onTestFinished(() => redis.disconnect());
    const keys = await redis.keys(`${keyPrefix}:*`);
    expect(keys).toHaveLength(4);
    for (const key of keys) {
      expect(await redis.pttl(key)).toBeGreaterThan(0);
      expect(key).toContain(`{${bucket.name}}`);
    }
  });

  test('goes on when the server has forgotten its scripts', async () => {
    const { redisUrl: url, keyPrefix } = ownNames(import.meta.url);
    const { budget, connections, told } = await openWorker('worker-1', { url, keyPrefix });
    onTestFinished(() => connections.close());
    await budget.take(bucket, draft);
    await connections.commands.script('FLUSH');
    expect(await budget.take(bucket, draft)).toMatchObject({ granted: true, remaining: 9 });
    expect(told).not.toContain('failed');
  });

  test('goes on with a third while Redis was never there, and tells of it', async () => {
    const url = `redis://127.0.0.1:${await freePort()}`;
    const { budget, connections, told } = await openWorker('worker-1', { url, keyPrefix: 'f' });
    onTestFinished(() => connections.close());
    const startMs = clock.monotonic();
    const grants = [];
    for (let index = 0; index < 5; index += 1) grants.push(await budget.take(bucket, draft));
    expect(grants.map(({ granted }) => granted)).toEqual([true, true, true, false, false]);
    expect(await budget.take(bucket, { ...draft, kind: 'final' })).toMatchObject({ granted: true });
    expect(clock.monotonic() - startMs).toBeLessThan(1_000);
    expect(told).toContain('failed');
  });

  test('shares by the workers seen last when Redis goes away, its own edits of before included', async () => {
    const { redisUrl: url, keyPrefix } = ownNames(import.meta.url);
    const [ours, theirs] = await Promise.all(
      ['worker-1', 'worker-2'].map((name) => openWorker(name, { url, keyPrefix })),
    );
    await theirs?.budget.join(bucket, asId('slack-T1-C1-2'));
    for (let index = 0; index < 3; index += 1) await ours?.budget.take(bucket, draft);
    await Promise.all([ours, theirs].map((worker) => worker?.connections.close()));
    const grants = [];
    for (let index = 0; index < 4; index += 1)
      grants.push(await ours?.budget.take(bucket, { ...draft, kind: 'final' }));
    // Half of 12, of which 3 are spent.
    expect(grants.map((grant) => grant?.granted)).toEqual([true, true, true, false]);
  });
});
