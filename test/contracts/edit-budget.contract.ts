/** What every EditBudget does. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { countedMs } from '../../src/domain/edit-window.ts';
import { asId, type TurnId } from '../../src/domain/ids.ts';
import type { EditBucket, EditBudget, EditGrant } from '../../src/ports/edit-budget.ts';

export interface EditBudgetHarness {
  /** Two workers on one budget; one and the same in memory. */
  readonly ours: EditBudget;
  readonly theirs: EditBudget;
  /** Of the buckets in these tests: short where time is real. */
  readonly windowMs: number;
  /** How long a reply counts after it asked last. */
  readonly liveMs: number;
  /** Lets at least so much of the budget's time go by. */
  pass(ms: number): Promise<void>;
  dispose(): Promise<void>;
}

const reply = (number: number) => asId<TurnId>(`slack-T1-C1-${number}`);

const takeDrafts = async (budget: EditBudget, bucket: EditBucket, count: number) => {
  const grants: EditGrant[] = [];
  for (let index = 0; index < count; index += 1)
    grants.push(await budget.take(bucket, { reply: reply(1), kind: 'draft' }));
  return grants.map(({ granted }) => granted);
};

export const describeEditBudget = (create: () => Promise<EditBudgetHarness>): void => {
  let harness: EditBudgetHarness;
  const bucketOf = (limit: number, name = 'slack:T1:chat.update'): EditBucket => ({
    name,
    limit,
    windowMs: harness.windowMs,
  });
  beforeEach(async () => {
    harness = await create();
  });
  afterEach(async () => {
    await harness.ours.close();
    await harness.theirs.close();
    await harness.dispose();
  });

  test('grants drafts while an edit stays for the final, and says how many are left', async () => {
    const { ours } = harness;
    const bucket = bucketOf(4);
    const draft = { reply: reply(1), kind: 'draft' } as const;
    expect(await ours.take(bucket, draft)).toEqual({ granted: true, remaining: 2, liveReplies: 1 });
    expect(await ours.take(bucket, draft)).toEqual({ granted: true, remaining: 1, liveReplies: 1 });
    expect(await ours.take(bucket, draft)).toEqual({ granted: true, remaining: 0, liveReplies: 1 });
    expect(await ours.take(bucket, draft)).toMatchObject({ granted: false, liveReplies: 1 });
    expect(await ours.take(bucket, { ...draft, kind: 'final' })).toMatchObject({ granted: true });
    expect(await ours.take(bucket, { ...draft, kind: 'final' })).toMatchObject({ granted: false });
  });

  test('keeps an edit for the final of every reply that has joined', async () => {
    const { ours, theirs } = harness;
    const bucket = bucketOf(5);
    expect(await ours.join(bucket, reply(1))).toEqual({ remaining: 4, liveReplies: 1 });
    expect(await theirs.join(bucket, reply(2))).toEqual({ remaining: 3, liveReplies: 2 });
    expect(await theirs.join(bucket, reply(2))).toEqual({ remaining: 3, liveReplies: 2 });
    expect(await takeDrafts(ours, bucket, 4)).toEqual([true, true, true, false]);
    for (const number of [1, 2])
      expect(await ours.take(bucket, { reply: reply(number), kind: 'final' })).toMatchObject({
        granted: true,
      });
  });

  test('keeps no more edits for finals than the bucket wants, however many replies have joined', async () => {
    const { ours, theirs } = harness;
    const bucket: EditBucket = { ...bucketOf(5), maxKept: 1 };
    expect(await ours.join(bucket, reply(1))).toEqual({ remaining: 4, liveReplies: 1 });
    for (const number of [2, 3, 4, 5, 6])
      expect(await theirs.join(bucket, reply(number))).toMatchObject({ remaining: 4 });
    expect(await takeDrafts(ours, bucket, 5)).toEqual([true, true, true, true, false]);
    const final = { reply: reply(6), kind: 'final' } as const;
    expect(await theirs.take(bucket, final)).toMatchObject({ granted: true, remaining: -1 });
    expect(await theirs.take(bucket, final)).toMatchObject({ granted: false });
  });

  test('gives the reserve of a reply back that has left', async () => {
    const { ours, theirs } = harness;
    const bucket = bucketOf(3);
    await theirs.join(bucket, reply(2));
    expect(await takeDrafts(ours, bucket, 2)).toEqual([true, false]);
    await theirs.leave(bucket, reply(2));
    expect(await takeDrafts(ours, bucket, 2)).toEqual([true, false]);
  });

  test('counts a reply no more that has not asked for long', async () => {
    const { ours, theirs, liveMs, pass } = harness;
    const bucket = bucketOf(50);
    await theirs.join(bucket, reply(2));
    await pass(liveMs / 2);
    expect(await ours.join(bucket, reply(1))).toMatchObject({ liveReplies: 2 });
    await pass(liveMs / 2);
    expect(await ours.join(bucket, reply(1))).toMatchObject({ liveReplies: 1 });
  });

  test('shares one limit between workers', async () => {
    const { ours, theirs } = harness;
    const bucket = bucketOf(4);
    const final = { reply: reply(1), kind: 'final' } as const;
    const grants = await Promise.all(
      [ours, theirs, ours, theirs, ours, theirs].map((budget) => budget.take(bucket, final)),
    );
    expect(grants.filter(({ granted }) => granted)).toHaveLength(4);
  });

  test('never grants more than the limit within any window, and says when one is left', async () => {
    const { ours, pass } = harness;
    const bucket = bucketOf(2);
    const final = { reply: reply(1), kind: 'final' } as const;
    const take = () => ours.take(bucket, final);
    const afterMs = countedMs(bucket.windowMs);
    await take();
    await pass(bucket.windowMs / 2);
    await take();
    const denied = await take();
    const waitMs = denied.granted ? 0 : denied.waitMs;
    expect(waitMs).toBeGreaterThan(0);
    expect(waitMs).toBeLessThanOrEqual(afterMs - bucket.windowMs / 2);
    await pass(waitMs);
    expect((await take()).granted).toBe(true);
    expect((await take()).granted).toBe(false);
  });

  test('grants nothing while the bucket is blocked, and all of it after', async () => {
    const { ours, theirs, windowMs, pass } = harness;
    const bucket = bucketOf(50);
    const final = { reply: reply(1), kind: 'final' } as const;
    await ours.block(bucket, windowMs);
    await ours.block(bucket, windowMs / 4);
    const denied = await theirs.take(bucket, final);
    const waitMs = denied.granted ? 0 : denied.waitMs;
    expect(waitMs).toBeGreaterThan(windowMs / 4);
    expect(waitMs).toBeLessThanOrEqual(windowMs);
    expect(await ours.join(bucket, reply(1))).toMatchObject({ remaining: 0 });
    await pass(waitMs);
    expect(await theirs.take(bucket, final)).toMatchObject({ granted: true, remaining: 48 });
  });

  test('keeps buckets apart', async () => {
    const { ours } = harness;
    const [first, second] = [bucketOf(2), bucketOf(2, 'slack:T2:chat.update')];
    await ours.block(first, harness.windowMs);
    expect(await takeDrafts(ours, second, 2)).toEqual([true, false]);
    expect(await ours.join(second, reply(2))).toMatchObject({ liveReplies: 2 });
    expect(await ours.take(first, { reply: reply(3), kind: 'draft' })).toMatchObject({
      granted: false,
      liveReplies: 1,
    });
  });

  test('grants no draft where the finals alone take the limit', async () => {
    const { ours } = harness;
    const bucket = bucketOf(2);
    for (const number of [1, 2, 3]) await ours.join(bucket, reply(number));
    expect(await takeDrafts(ours, bucket, 1)).toEqual([false]);
    expect(await ours.join(bucket, reply(3))).toEqual({ remaining: -1, liveReplies: 3 });
    const final = await ours.take(bucket, { reply: reply(1), kind: 'final' });
    expect(final).toMatchObject({ granted: true, remaining: -2 });
  });
};
