/** The clock's contract on the fake clock, and what tests rely on beyond it. */
import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { describeClock } from './clock.contract.ts';

describe('the fake clock', () => {
  describeClock(() => {
    const clock = createFakeClock();
    return { clock, pass: (ms) => clock.advance(ms) };
  });

  test('stands still until it is moved', async () => {
    const clock = createFakeClock({ startMs: 1_000 });
    expect(clock.now()).toBe(1_000);
    await clock.advance(250);
    expect(clock.now()).toBe(1_250);
    expect(clock.monotonic()).toBe(250);
  });

  test('shows each sleeper its own time, also sleeps begun on the way', async () => {
    const clock = createFakeClock({ startMs: 0 });
    const seen: number[] = [];
    const loop = async () => {
      for (let round = 0; round < 3; round += 1) {
        await clock.sleep(10);
        seen.push(clock.now());
      }
    };
    const looping = loop();
    await clock.advance(35);
    await looping;
    expect(seen).toEqual([10, 20, 30]);
    expect(clock.now()).toBe(35);
  });

  test('leaves sleeps that are not due asleep', async () => {
    const clock = createFakeClock();
    let woken = false;
    const sleep = clock.sleep(100).then(() => {
      woken = true;
    });
    await clock.advance(99);
    expect(woken).toBe(false);
    await clock.advance(1);
    await sleep;
    expect(woken).toBe(true);
  });

  test('tells when somebody sleeps', async () => {
    const clock = createFakeClock();
    const order: string[] = [];
    const waiting = clock.whenSleeping(2).then(() => order.push('two sleep'));
    const first = clock.sleep(5);
    order.push('one sleeps');
    const second = clock.sleep(5);
    await waiting;
    expect(order).toEqual(['one sleeps', 'two sleep']);
    await clock.advance(5);
    await Promise.all([first, second]);
  });
});
