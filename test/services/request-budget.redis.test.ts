/** The budget of requests on Redis, shared by two processes' connections, and what it does without it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createRequestBudget } from '../../adapters/discord/request-budget.ts';
import { createMemoryEditBudget } from '../../src/drivers/memory/memory-edit-budget.ts';
import { createRedisConnections } from '../../src/drivers/redis/redis-connections.ts';
import { createRedisEditBudget } from '../../src/drivers/redis/redis-edit-budget.ts';
import { createSystemClock } from '../../src/drivers/system/system-clock.ts';
import { describeRequestBudget, requestsPerSecond } from '../contracts/request-budget.contract.ts';
import { createRecordingLog } from '../fakes/recording-log.ts';
import { freePort } from './servers/free-port.ts';
import { ownNames } from './servers/with-servers.ts';

const clock = createSystemClock();

const openProcess = (
  process: string,
  { url, keyPrefix }: { readonly url: string; readonly keyPrefix: string },
) => {
  const connections = createRedisConnections({ url, clock, log: createRecordingLog() });
  const editBudget = createRedisEditBudget({
    ...{ connections, process, clock, keyPrefix },
    alone: createMemoryEditBudget({ clock }),
    outage: { failed: () => {}, passed: () => {} },
  });
  return { connections, budget: createRequestBudget({ editBudget, requestsPerSecond }) };
};

type Process = ReturnType<typeof openProcess>;

const ready = (...processes: readonly Process[]) =>
  Promise.all(processes.map(({ connections }) => connections.whenReady()));

/** How many of so many may go. */
const admitted = async ({ budget }: Process, count: number): Promise<number> => {
  const asked = await Promise.allSettled(Array.from({ length: count }, () => budget.admit()));
  return asked.filter(({ status }) => status === 'fulfilled').length;
};

describe('the budget of requests on Redis', () => {
  describeRequestBudget(async () => {
    const { redisUrl: url, keyPrefix } = ownNames(import.meta.url);
    const ours = openProcess('worker', { url, keyPrefix });
    const theirs = openProcess('gateway', { url, keyPrefix });
    await ready(ours, theirs);
    return {
      ours: ours.budget,
      theirs: theirs.budget,
      // The server's time and ours run alike; a little more, because both round.
      pass: (ms) => sleep(ms + 5),
      async dispose() {
        await Promise.all([ours, theirs].map(({ connections }) => connections.close()));
      },
    };
  });

  test('is a third for each process that never saw Redis', async () => {
    const url = `redis://127.0.0.1:${await freePort()}`;
    const alone = openProcess('worker', { url, keyPrefix: 'f' });
    onTestFinished(() => alone.connections.close());
    expect(await admitted(alone, 100)).toBe(15);
  });

  test('is shared by those that sent last when Redis goes away, what they sent included', async () => {
    const { redisUrl: url, keyPrefix } = ownNames(import.meta.url);
    const gateway = openProcess('gateway', { url, keyPrefix });
    const worker = openProcess('worker', { url, keyPrefix });
    await ready(gateway, worker);
    onTestFinished(() => gateway.connections.close());
    await admitted(gateway, 1);
    expect(await admitted(worker, 10)).toBe(10);
    await worker.connections.close();
    // Half of 45, of which 10 are spent.
    expect(await admitted(worker, 100)).toBe(12);
  });
});
