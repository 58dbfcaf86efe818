/** What every WakeQueue does. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type ConversationId, newConversationId } from '../../src/domain/ids.ts';
import type { WakeHandler, WakeQueue } from '../../src/ports/wake-queue.ts';
import { createGate } from '../fakes/gate.ts';

export interface WakeQueueHarness {
  readonly queue: WakeQueue;
  dispose(): Promise<void>;
}

const patience = { timeout: 10_000 };

export const describeWakeQueue = (create: () => Promise<WakeQueueHarness>): void => {
  let harness: WakeQueueHarness;
  let queue: WakeQueue;
  let stops: (() => Promise<void>)[];
  const id = newConversationId();

  beforeEach(async () => {
    harness = await create();
    queue = harness.queue;
    stops = [];
  });
  afterEach(async () => {
    await Promise.all(stops.map((stop) => stop()));
    await queue.close();
    await harness.dispose();
  });

  const consume = (handler: WakeHandler) => {
    const consumption = queue.consume(handler);
    stops.push(consumption.stop);
    return consumption;
  };

  /** Handles at once and keeps the ids. */
  const consumeAll = () => {
    const handled: ConversationId[] = [];
    consume(async (conversationId) => {
      handled.push(conversationId);
    });
    return handled;
  };

  /** A handler that holds every handling until the gate opens. */
  const consumeHeld = () => {
    const gate = createGate();
    const begun: ConversationId[] = [];
    const consumption = consume(async (conversationId) => {
      begun.push(conversationId);
      await gate.passed;
    });
    return { gate, begun, consumption };
  };

  test('hands a wake-up over', async () => {
    const handled = consumeAll();
    await queue.wake(id);
    await vi.waitFor(() => expect(handled).toEqual([id]), patience);
  });

  test('keeps a wake-up until somebody consumes', async () => {
    await queue.wake(id);
    const handled = consumeAll();
    await vi.waitFor(() => expect(handled).toEqual([id]), patience);
  });

  test('makes one handling of many wake-ups that wait', async () => {
    await Promise.all(Array.from({ length: 10 }, () => queue.wake(id)));
    const other = newConversationId();
    await queue.wake(other);
    const handled = consumeAll();
    await vi.waitFor(() => expect(handled).toContain(other), patience);
    expect(handled).toEqual([id, other]);
  });

  test('handles once more after wake-ups that came during a handling', async () => {
    const { gate, begun } = consumeHeld();
    await queue.wake(id);
    await vi.waitFor(() => expect(begun).toEqual([id]), patience);
    await Promise.all(Array.from({ length: 5 }, () => queue.wake(id)));
    expect(begun).toEqual([id]);
    gate.open();
    await vi.waitFor(() => expect(begun).toEqual([id, id]), patience);

    const other = newConversationId();
    await queue.wake(other);
    await vi.waitFor(() => expect(begun).toContain(other), patience);
    expect(begun).toEqual([id, id, other]);
  });

  test('handles a conversation again, any number of times', async () => {
    const handled = consumeAll();
    for (let round = 1; round <= 5; round += 1) {
      await queue.wake(id);
      await vi.waitFor(() => expect(handled).toHaveLength(round), patience);
    }
  });

  test('handles a wake-up after a handling that failed', async () => {
    let calls = 0;
    consume(async () => {
      calls += 1;
      throw new Error('handling failed');
    });
    for (let round = 1; round <= 3; round += 1) {
      await queue.wake(id);
      await vi.waitFor(() => expect(calls).toBe(round), patience);
    }
  });

  test('handles a wake-up that came during a handling that then failed', async () => {
    const gate = createGate();
    let calls = 0;
    consume(async () => {
      calls += 1;
      await gate.passed;
      throw new Error('handling failed');
    });
    await queue.wake(id);
    await vi.waitFor(() => expect(calls).toBe(1), patience);
    await queue.wake(id);
    gate.open();
    await vi.waitFor(() => expect(calls).toBe(2), patience);
  });

  test('handles 250 conversations at once', async () => {
    const { gate, begun } = consumeHeld();
    const ids = Array.from({ length: 250 }, newConversationId);
    await Promise.all(ids.map((conversationId) => queue.wake(conversationId)));
    await vi.waitFor(() => expect(begun).toHaveLength(250), patience);
    expect(new Set(begun)).toEqual(new Set(ids));
    gate.open();
  });

  test('stops by aborting the handlings under way and waiting for them', async () => {
    const order: string[] = [];
    const gate = createGate();
    const { stop } = consume(async (_id, { signal }) => {
      signal.addEventListener('abort', () => order.push('aborted'));
      order.push('begun');
      await gate.passed;
      order.push('ended');
    });
    await queue.wake(id);
    await vi.waitFor(() => expect(order).toEqual(['begun']), patience);
    const stopping = stop().then(() => order.push('stopped'));
    await vi.waitFor(() => expect(order).toEqual(['begun', 'aborted']), patience);
    gate.open();
    await stopping;
    expect(order).toEqual(['begun', 'aborted', 'ended', 'stopped']);
  });

  test('gives what a stopped consumer left half done to the next one', async () => {
    const { gate, begun, consumption } = consumeHeld();
    await queue.wake(id);
    await vi.waitFor(() => expect(begun).toEqual([id]), patience);
    const stopping = consumption.stop();
    gate.open();
    await stopping;
    const handled = consumeAll();
    await vi.waitFor(() => expect(handled).toEqual([id]), patience);
  });

  test('begins nothing after it was stopped', async () => {
    const { begun, consumption } = consumeHeld();
    await consumption.stop();
    await queue.wake(id);
    const handled = consumeAll();
    await vi.waitFor(() => expect(handled).toEqual([id]), patience);
    expect(begun).toEqual([]);
  });
};
