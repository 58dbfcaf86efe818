/** Holds that a worker drains each conversation once at a time, whoever asked for it, and hands over when it stops. */
import { describe, expect, test } from 'vitest';
import { createInProcessQueue } from '../../../jobs/in-process-queue.ts';
import { createOutage } from '../../../jobs/outage.ts';
import { createRecoverySweep } from '../../../jobs/recovery-sweep.ts';
import { createWorker } from '../../../jobs/worker.ts';
import { BotError } from '../../../src/domain/errors.ts';
import { type ConversationId, newConversationId } from '../../../src/domain/ids.ts';
import type { WakeHandler } from '../../../src/ports/wake-queue.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createGate } from '../../fakes/gate.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';

const intervalMs = 15_000;
const id = newConversationId();

describe('a worker', () => {
  test('drains what it is woken for and what the sweep finds', async () => {
    const found = newConversationId();
    const { worker, queue, begun, clock } = create({ find: async () => [found] });
    worker.start();
    await queue.wake(id);
    await clock.whenSleeping();
    expect(new Set(begun)).toEqual(new Set([id, found]));
    await worker.stop();
  });

  test('drains once more for a wake-up that came while a swept drain ran', async () => {
    const gate = createGate();
    const { worker, queue, begun, clock } = create({
      find: async () => (begun.length === 0 ? [id] : []),
      drain: () => gate.passed,
    });
    worker.start();
    await clock.whenSleeping();
    await queue.wake(id);
    await clock.advance(intervalMs);
    expect(begun).toEqual([id]);
    gate.open();
    await expect.poll(() => begun).toEqual([id, id]);
    await worker.stop();
  });

  test('leaves a conversation that it works on to itself when the sweep finds it', async () => {
    const gate = createGate();
    const { worker, queue, begun, clock } = create({
      find: async () => [id],
      drain: () => gate.passed,
    });
    await queue.wake(id);
    worker.start();
    await clock.whenSleeping();
    await clock.advance(3 * intervalMs);
    gate.open();
    await clock.advance(0);
    expect(begun).toEqual([id]);
    await worker.stop();
  });

  test('aborts its drains when it stops, whoever asked for them, and waits for their end', async () => {
    const swept = newConversationId();
    const handedOver: ConversationId[] = [];
    const { worker, queue, clock } = create({
      find: async () => [swept],
      drain: (conversationId, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            handedOver.push(conversationId);
            resolve();
          });
        }),
    });
    worker.start();
    await queue.wake(id);
    await clock.whenSleeping();
    expect(worker.status().draining).toBe(2);
    await worker.stop();
    expect(new Set(handedOver)).toEqual(new Set([id, swept]));
    expect(worker.status().draining).toBe(0);
  });

  test('stops after 10 s even when a drain does not end, and says so', async () => {
    const { worker, queue, clock, log } = create({ drain: () => createGate().passed });
    worker.start();
    await queue.wake(id);
    await clock.whenSleeping();
    let isStopped = false;
    const stopping = worker.stop().then(() => {
      isStopped = true;
    });
    await clock.advance(9_999);
    expect(isStopped).toBe(false);
    await clock.advance(1);
    await stopping;
    expect(log.lines).toEqual([
      { level: 'warn', event: 'worker stopped too early', details: { draining: 1 } },
    ]);
  });

  test('stops at once when it was never started, and twice', async () => {
    const { worker } = create();
    await worker.stop();
    await worker.stop();
  });

  test('logs a failed drain by its code and level', async () => {
    const { worker, queue, log } = create({
      drain: () => Promise.reject(new BotError('lease_lost')),
    });
    worker.start();
    await queue.wake(id);
    await worker.stop();
    expect(log.lines).toEqual([
      {
        level: 'warn',
        event: 'drain failed',
        details: { conversationId: id, code: 'lease_lost' },
      },
    ]);
  });

  test('tells an outage of the store in one line, however many drains it fails', async () => {
    let isAway = true;
    const { worker, queue, clock, log } = create({
      find: async () => {
        if (isAway) throw new BotError('store_unavailable');
        return [];
      },
      drain: () => Promise.reject(new BotError('store_unavailable')),
    });
    worker.start();
    for (let count = 1; count <= 20; count += 1) await queue.wake(newConversationId());
    await clock.whenSleeping();
    isAway = false;
    await clock.advance(intervalMs);
    expect(log.lines.map(({ event }) => event)).toEqual(['store lost', 'store back']);
    await worker.stop();
  });

  test('does not take a drain that ended for a store that is back', async () => {
    const { worker, queue, clock, log } = create({
      find: () => Promise.reject(new BotError('store_unavailable')),
    });
    worker.start();
    await clock.whenSleeping();
    await queue.wake(id);
    await clock.advance(3 * intervalMs);
    expect(log.lines.map(({ event }) => event)).toEqual(['store lost']);
    await worker.stop();
  });

  test('is ready while the store answers its sweeps', async () => {
    let isAway = false;
    const { worker, clock } = create({
      find: async () => {
        if (isAway) throw new BotError('store_unavailable');
        return [];
      },
    });
    expect(worker.status()).toEqual({ ready: false, draining: 0, sinceSweepMs: undefined });
    worker.start();
    await clock.whenSleeping();
    expect(worker.status()).toEqual({ ready: true, draining: 0, sinceSweepMs: 0 });
    isAway = true;
    await clock.advance(3 * intervalMs);
    expect(worker.status().ready).toBe(true);
    await clock.advance(1);
    expect(worker.status().ready).toBe(false);
    isAway = false;
    await clock.advance(intervalMs);
    expect(worker.status().ready).toBe(true);
    await worker.stop();
    expect(worker.status().ready).toBe(false);
  });
});

function create({
  find = async () => [],
  drain = async () => {},
}: {
  readonly find?: () => Promise<readonly ConversationId[]>;
  readonly drain?: WakeHandler;
} = {}) {
  const clock = createFakeClock();
  const log = createRecordingLog();
  const outage = createOutage({ lost: 'store lost', back: 'store back', clock, log });
  const queue = createInProcessQueue({ log });
  const sweep = createRecoverySweep({
    leases: { findConversationsToDrain: find },
    ...{ clock, random: () => 0.5, log: createRecordingLog(), outage },
    ...{ leaseMs: 30_000, intervalMs },
  });
  const begun: ConversationId[] = [];
  const worker = createWorker({
    ...{ queue, sweep, clock, log, outage },
    drain: (conversationId, options) => {
      begun.push(conversationId);
      return drain(conversationId, options);
    },
  });
  return { worker, queue, begun, clock, log };
}
