/** Holds how the sweep finds conversations: by its timer, a bounded number at once, whatever the store does. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { createOutage } from '../../../jobs/outage.ts';
import { createRecoverySweep } from '../../../jobs/recovery-sweep.ts';
import { BotError } from '../../../src/domain/errors.ts';
import { type ConversationId, newConversationId } from '../../../src/domain/ids.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createGate } from '../../fakes/gate.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';

const intervalMs = 15_000;

describe('the recovery sweep', () => {
  test('looks at once, and then once per interval', async () => {
    const { clock, asked } = begin();
    await clock.whenSleeping();
    expect(asked).toEqual([{ leaseMs: 30_000, limit: 3 }]);
    await clock.advance(intervalMs - 1);
    expect(asked).toHaveLength(1);
    await clock.advance(1);
    expect(asked).toHaveLength(2);
  });

  test.each([
    { random: 0, pauseMs: 12_000 },
    { random: 0.999_999, pauseMs: 18_000 },
  ])('pauses $pauseMs ms for the random number $random', async (row) => {
    const { clock, asked } = begin({ random: () => row.random });
    await clock.whenSleeping();
    await clock.advance(row.pauseMs - 1);
    expect(asked).toHaveLength(1);
    await clock.advance(1);
    expect(asked).toHaveLength(2);
  });

  test('drains what it finds, and says how many', async () => {
    const ids = [newConversationId(), newConversationId()];
    const { clock, drained, log } = begin({ find: async () => ids });
    await clock.whenSleeping();
    expect(drained).toEqual(ids);
    expect(log.lines).toMatchObject([
      { level: 'info', event: 'sweep found conversations', details: { count: 2 } },
    ]);
  });

  test('does not drain a conversation again before its drain has ended', async () => {
    const gate = createGate();
    const id = newConversationId();
    const { clock, drained } = begin({ find: async () => [id], drain: () => gate.passed });
    await clock.whenSleeping();
    await clock.advance(3 * intervalMs);
    expect(drained).toEqual([id]);
    gate.open();
    await clock.advance(intervalMs);
    expect(drained).toEqual([id, id]);
  });

  test('drains no more conversations at once than its limit', async () => {
    const gate = createGate();
    const { clock, drained } = begin({
      find: async () => [newConversationId(), newConversationId()],
      drain: () => gate.passed,
    });
    await clock.whenSleeping();
    await clock.advance(3 * intervalMs);
    expect(drained).toHaveLength(3);
    gate.open();
    await clock.advance(intervalMs);
    expect(drained).toHaveLength(5);
  });

  test('tells an outage of the store in one line, goes on, and tells its end in one', async () => {
    let isAway = true;
    const { clock, asked, log } = begin({
      find: async () => {
        if (isAway) throw new BotError('store_unavailable');
        return [];
      },
    });
    await clock.whenSleeping();
    await clock.advance(3 * intervalMs);
    isAway = false;
    await clock.advance(2 * intervalMs);
    expect(asked).toHaveLength(6);
    expect(log.lines).toEqual([
      { level: 'warn', event: 'store lost', details: { code: 'store_unavailable' } },
      { level: 'info', event: 'store back', details: { outageMs: 4 * intervalMs } },
    ]);
  });

  test('logs any other failure by its code and goes on', async () => {
    const { clock, asked, log } = begin({
      find: async () => {
        throw new Error('a text that must not be logged');
      },
    });
    await clock.whenSleeping();
    await clock.advance(intervalMs);
    expect(asked).toHaveLength(2);
    expect(log.lines[0]).toEqual({
      level: 'error',
      event: 'sweep failed',
      details: { code: 'internal' },
    });
  });

  test('tells how long ago the store answered', async () => {
    const { clock, sweep } = begin();
    expect(sweep.sinceSuccessMs()).toBeUndefined();
    await clock.whenSleeping();
    await clock.advance(4_000);
    expect(sweep.sinceSuccessMs()).toBe(4_000);
  });

  test('ends as soon as its signal aborts, and begins nothing any more', async () => {
    const gate = createGate();
    const { stop, drained, ended } = begin({
      find: async () => {
        await gate.passed;
        return [newConversationId()];
      },
    });
    stop();
    gate.open();
    await ended;
    expect(drained).toEqual([]);
  });
});

function begin({
  find = async () => [],
  drain = async () => {},
  random = () => 0.5,
}: {
  readonly find?: () => Promise<readonly ConversationId[]>;
  readonly drain?: () => Promise<void>;
  readonly random?: () => number;
} = {}) {
  const clock = createFakeClock();
  const log = createRecordingLog();
  const outage = createOutage({ lost: 'store lost', back: 'store back', clock, log });
  const asked: { leaseMs: number; limit: number }[] = [];
  const drained: ConversationId[] = [];
  const leases = {
    findConversationsToDrain: (options: { leaseMs: number; limit: number }) => {
      asked.push(options);
      return find();
    },
  };
  const sweep = createRecoverySweep({
    ...{ leases, clock, random, log, outage },
    ...{ leaseMs: 30_000, intervalMs, limit: 3 },
  });
  const stopping = new AbortController();
  const ended = sweep.run(
    (id) => {
      drained.push(id);
      return drain();
    },
    { signal: stopping.signal },
  );
  const stop = () => stopping.abort();
  onTestFinished(stop);
  return { clock, log, sweep, asked, drained, stop, ended };
}
