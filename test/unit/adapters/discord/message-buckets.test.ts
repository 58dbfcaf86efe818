/** What the messages of a channel count against, for all processes that write there. */
import { expect, test } from 'vitest';
import { createMessageBuckets } from '../../../../adapters/discord/message-buckets.ts';
import { asId, type TurnId } from '../../../../src/domain/ids.ts';
import { createMemoryEditBudget } from '../../../../src/drivers/memory/memory-edit-budget.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';

const limit = { limit: 5, windowMs: 5_000 };
const turn = asId<TurnId>('discord-1');

const setUp = ({ isSharedWithEdits = false } = {}) => {
  const clock = createFakeClock();
  const editBudget = createMemoryEditBudget({ clock });
  const api = { editLimitOf: () => limit, postLimitOf: () => ({ ...limit, isSharedWithEdits }) };
  const process = () => createMessageBuckets({ api, editBudget });
  return { clock, editBudget, here: process(), there: process() };
};

test('posts of two processes count together, channel by channel', async () => {
  const { clock, here, there } = setUp();
  for (const process of [here, there, here, there, here]) await process.admitPost('1', turn);
  await expect(there.admitPost('1', turn)).rejects.toMatchObject({
    code: 'platform_rate_limited',
    retryAfterMs: 5_500,
  });
  await there.admitPost('2', turn);
  await clock.advance(5_500);
  await there.admitPost('1', turn);
});

test('edits are not held up by posts, unless Discord counts both together', async () => {
  for (const isSharedWithEdits of [false, true]) {
    const { editBudget, here } = setUp({ isSharedWithEdits });
    for (let posts = 0; posts < 5; posts += 1) await here.admitPost('1', turn);
    const edit = { reply: turn, kind: 'final' } as const;
    const { granted } = await editBudget.take(here.edits('1'), edit);
    expect(granted).toBe(!isSharedWithEdits);
  }
});

test('a post that Discord refused holds the posts of all', async () => {
  const { here, there } = setUp();
  await here.postRefused('1', 3_000);
  await expect(there.admitPost('1', turn)).rejects.toMatchObject({ retryAfterMs: 3_000 });
});
