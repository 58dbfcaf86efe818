import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { asId, type TurnId } from '../../../src/domain/ids.ts';
import { createMemoryEditBudget } from '../../../src/drivers/memory/memory-edit-budget.ts';
import { createEditAllowances } from '../../../src/reply/edit-allowance.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';

const { signal } = new AbortController();

const open = (limit: number) => {
  const clock = createFakeClock();
  const budget = createMemoryEditBudget({ clock });
  const bucket = { name: 'b', limit, windowMs: 60_000 };
  const openAllowance = createEditAllowances({ budget, clock });
  return {
    clock,
    budget,
    bucket,
    reply: (number: number) => openAllowance(bucket, asId<TurnId>(`turn-${number}`)),
  };
};

describe('the edits of a reply', () => {
  it('finals get theirs in the order in which they asked', async () => {
    const { clock, reply } = open(1);
    const done: number[] = [];
    const all = [1, 2, 3, 4].map(async (number) => {
      await reply(number).waitForFinal({ signal });
      done.push(number);
    });
    await clock.advance(10_000);
    expect(done).toEqual([1]);
    await clock.advance(200_000);
    await Promise.all(all);
    expect(done).toEqual([1, 2, 3, 4]);
  });

  it('a signal that outlives many waits keeps nothing of them', async () => {
    const { reply } = open(100);
    const { signal: long } = new AbortController();
    for (let times = 0; times < 20; times += 1) await reply(1).waitForFinal({ signal: long });
    expect(getEventListeners(long, 'abort')).toEqual([]);
  });

  it('one that gives up waiting does so at once and lets the next one through', async () => {
    const { clock, reply } = open(1);
    await reply(1).waitForFinal({ signal });
    const stopped = new AbortController();
    const second = reply(2).waitForFinal({ signal: stopped.signal });
    let third = false;
    const last = reply(3)
      .waitForFinal({ signal })
      .then(() => {
        third = true;
      });
    await clock.advance(1_000);
    stopped.abort(new Error('handed over'));
    await expect(second).rejects.toThrow('handed over');
    await clock.advance(70_000);
    await last;
    expect(third).toBe(true);
  });

  it('knows the load that any reply of the bucket learned last', async () => {
    const { budget, bucket, reply } = open(50);
    const first = reply(1);
    expect(first.load()).toEqual({ remaining: 50, liveReplies: 1, windowMs: 60_000 });
    await budget.join(bucket, asId('elsewhere'));
    await first.join();
    await reply(2).join();
    expect(first.load()).toEqual({ remaining: 47, liveReplies: 3, windowMs: 60_000 });
  });

  it('a text is held while no edit is left for its final, and keeps nothing from the others', async () => {
    const { budget, bucket, reply } = open(2);
    const [first, second, third] = [reply(1), reply(2), reply(3)];
    for (const one of [first, second, third]) await one.join();
    expect(await first.askForPost()).toBeGreaterThan(0);
    expect(await second.askForPost()).toBe(0);
    expect(await third.askForPost()).toBe(0);
    expect(await first.askForPost()).toBeGreaterThan(0);
    expect(await budget.join(bucket, asId('turn-2'))).toEqual({ remaining: 0, liveReplies: 2 });
    await second.leave();
    expect(await first.askForPost()).toBe(0);
  });
});
