/** The WakeQueue's contract in one process. */
import { describe, expect, test } from 'vitest';
import { createInProcessQueue } from '../../jobs/in-process-queue.ts';
import { type ConversationId, newConversationId } from '../../src/domain/ids.ts';
import { createGate } from '../fakes/gate.ts';
import { createRecordingLog } from '../fakes/recording-log.ts';
import { describeWakeQueue } from './wake-queue.contract.ts';

describe('the queue in one process', () => {
  describeWakeQueue(async () => ({
    queue: createInProcessQueue({ log: createRecordingLog() }),
    dispose: async () => {},
  }));

  test('handles no more conversations at once than it is set to', async () => {
    const queue = createInProcessQueue({ log: createRecordingLog(), concurrency: 2 });
    const gate = createGate();
    const begun: ConversationId[] = [];
    const { stop } = queue.consume(async (conversationId) => {
      begun.push(conversationId);
      await gate.passed;
    });
    const ids = Array.from({ length: 5 }, newConversationId);
    for (const conversationId of ids) await queue.wake(conversationId);
    expect(begun).toEqual(ids.slice(0, 2));
    gate.open();
    await expect.poll(() => begun).toEqual(ids);
    await stop();
  });

  test('logs a failed handling by its code', async () => {
    const log = createRecordingLog();
    const queue = createInProcessQueue({ log });
    const { stop } = queue.consume(() => Promise.reject(new Error('the question in full')));
    const conversationId = newConversationId();
    await queue.wake(conversationId);
    await stop();
    expect(log.lines).toEqual([
      { level: 'error', event: 'wake-up failed', details: { conversationId, code: 'internal' } },
    ]);
  });
});
