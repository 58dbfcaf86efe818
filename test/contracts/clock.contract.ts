/** What every clock does. */
import { expect, test } from 'vitest';
import type { Clock } from '../../src/ports/clock.ts';

export interface ClockHarness {
  readonly clock: Clock;
  /** Lets at least this much of the clock's time go by. */
  pass(ms: number): Promise<void>;
}

export const describeClock = (create: () => ClockHarness): void => {
  test('moves on, and never back', async () => {
    const { clock, pass } = create();
    const before = { now: clock.now(), monotonic: clock.monotonic() };
    await pass(20);
    expect(clock.monotonic() - before.monotonic).toBeGreaterThanOrEqual(19);
    expect(clock.now()).toBeGreaterThan(before.now);
  });

  test('gives the time since the epoch in milliseconds', () => {
    const { clock } = create();
    expect(clock.now()).toBeGreaterThan(Date.UTC(2025, 0, 1));
    expect(clock.now()).toBeLessThan(Date.UTC(2200, 0, 1));
  });

  test('ends a sleep after its time, not before', async () => {
    const { clock, pass } = create();
    const start = clock.monotonic();
    let sleptMs: number | undefined;
    const sleep = clock.sleep(30).then(() => {
      sleptMs = clock.monotonic() - start;
    });
    await Promise.all([sleep, pass(30)]);
    // A timer of Node's may fire up to a millisecond early.
    expect(sleptMs).toBeGreaterThanOrEqual(29);
  });

  test('ends sleeps in the order of their times', async () => {
    const { clock, pass } = create();
    const ended: string[] = [];
    const sleeps = [
      clock.sleep(40).then(() => ended.push('40')),
      clock.sleep(0).then(() => ended.push('0')),
      clock.sleep(20).then(() => ended.push('20')),
    ];
    await Promise.all([...sleeps, pass(40)]);
    expect(ended).toEqual(['0', '20', '40']);
  });

  test('rejects a sleep with the reason as soon as its signal aborts', async () => {
    const { clock } = create();
    const controller = new AbortController();
    const reason = new Error('the worker shuts down');
    const sleep = clock.sleep(3_600_000, { signal: controller.signal });
    controller.abort(reason);
    await expect(sleep).rejects.toBe(reason);
  });

  test('rejects a sleep under an aborted signal at once', async () => {
    const { clock } = create();
    const reason = new Error('too late');
    const signal = AbortSignal.abort(reason);
    await expect(clock.sleep(3_600_000, { signal })).rejects.toBe(reason);
  });

  test('lets an abort after the end change nothing', async () => {
    const { clock, pass } = create();
    const controller = new AbortController();
    const sleep = clock.sleep(5, { signal: controller.signal });
    await Promise.all([sleep, pass(5)]);
    controller.abort();
    await expect(sleep).resolves.toBeUndefined();
  });
};
