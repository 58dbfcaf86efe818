/** What the shared budget does while Redis comes and goes; the contract itself runs on a real one. */
import type { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { asId } from '../../../../src/domain/ids.ts';
import { createMemoryEditBudget } from '../../../../src/drivers/memory/memory-edit-budget.ts';
import { createRedisEditBudget } from '../../../../src/drivers/redis/redis-edit-budget.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';

const bucket = { name: 'b', limit: 12, windowMs: 60_000 };
const final = { reply: asId<never>('turn-1'), kind: 'final' } as const;

/** A Redis that grants everything and knows two workers, when it answers at all. */
const open = () => {
  const clock = createFakeClock();
  const told: string[] = [];
  let mode: 'there' | 'away' | 'frozen' = 'there';
  let asked = 0;
  const answer = async () => {
    asked += 1;
    if (mode === 'frozen') return new Promise<never>(() => {});
    if (mode === 'away') throw new Error('Connection is closed.');
    return [1, 5, 1, 2];
  };
  const commands = {
    defineCommand: () => {},
    footnoteAskEdit: answer,
    footnoteBlockEdits: answer,
    zrem: answer,
  };
  const budget = createRedisEditBudget({
    connections: { commands: commands as unknown as Redis },
    alone: createMemoryEditBudget({ clock }),
    outage: { failed: () => told.push('failed'), passed: () => told.push('passed') },
    process: 'worker-1',
    clock,
  });
  const takeMany = async (count: number) => {
    const granted: boolean[] = [];
    for (let index = 0; index < count; index += 1)
      granted.push((await budget.take(bucket, final)).granted);
    return granted.filter((one) => one).length;
  };
  return {
    clock,
    told,
    budget,
    takeMany,
    asked: () => asked,
    set: (next: typeof mode) => {
      mode = next;
    },
  };
};

describe('the shared edit budget', () => {
  it('lets Redis alone decide while it answers', async () => {
    const { takeMany } = open();
    expect(await takeMany(20)).toBe(20);
  });

  it('takes no shared edit that its share does not allow', async () => {
    const { set, takeMany, asked, clock } = open();
    set('away');
    expect(await takeMany(10)).toBe(4);
    set('there');
    await clock.advance(1_000);
    const before = asked();
    expect(await takeMany(10)).toBe(0);
    expect(asked()).toBe(before);
  });

  it('keeps to its share for one window after an outage', async () => {
    const { clock, set, takeMany } = open();
    expect(await takeMany(2)).toBe(2);
    set('away');
    expect(await takeMany(10)).toBe(4);
    set('there');
    await clock.advance(61_000);
    expect(await takeMany(10)).toBe(0);
    await clock.advance(1_000);
    expect(await takeMany(10)).toBe(10);
  });

  it('asks a Redis that fails once a second, and tells of each failure and of its end', async () => {
    const { clock, told, set, takeMany, asked } = open();
    await takeMany(1);
    set('away');
    await takeMany(2);
    expect(asked()).toBe(2);
    await clock.advance(1_000);
    await takeMany(1);
    set('there');
    await clock.advance(1_000);
    await takeMany(1);
    expect(told).toEqual(['passed', 'failed', 'failed', 'passed']);
  });

  it('waits a second for a Redis that does not answer, and then goes on alone', async () => {
    const { clock, set, budget } = open();
    await budget.join(bucket, final.reply);
    set('frozen');
    const grant = budget.take(bucket, final);
    await clock.advance(1_000);
    expect(await grant).toMatchObject({ granted: true, liveReplies: 1 });
    expect(await budget.take(bucket, final)).toMatchObject({ granted: true });
  });

  it('keeps a block that only this process knows', async () => {
    const { clock, set, budget } = open();
    set('away');
    await budget.block(bucket, 30_000);
    expect(await budget.take(bucket, final)).toMatchObject({ granted: false, waitMs: 30_000 });
    await clock.advance(30_000);
    expect(await budget.take(bucket, final)).toMatchObject({ granted: true });
  });
});
