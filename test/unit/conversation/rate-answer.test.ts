import { describe, expect, it } from 'vitest';
import { createRateAnswer } from '../../../src/conversation/rate-answer.ts';
import { asId } from '../../../src/domain/ids.ts';
import { buildWorld } from '../../fakes/build-worker.ts';

describe('rateAnswer', () => {
  const setUp = async () => {
    const world = buildWorld();
    const turn = await world.ask('How many days?');
    const rate = createRateAnswer({ changes: world.store.changes });
    const reasonOf = async () => (await world.turnNow(turn)).ratings?.['U1']?.reason;
    return { world, turn, rate, reasonOf };
  };

  it('keeps one rating of each person', async () => {
    const { world, turn, rate } = await setUp();
    for (const helpful of [true, false]) await rate(turn.id, { rater: 'U1', helpful });
    expect(await rate(turn.id, { rater: 'U2', helpful: true })).toBe(true);
    const { ratings = {} } = await world.turnNow(turn);
    expect(Object.values(ratings).map(({ rater, helpful }) => [rater, helpful])).toEqual([
      ['U1', false],
      ['U2', true],
    ]);
  });

  it.each([
    ['  Outdated.\n', 'Outdated.'],
    ['   ', undefined],
    ['', undefined],
    ['x'.repeat(1_001), 'x'.repeat(1_000)],
    [`${'x'.repeat(999)}😀`, 'x'.repeat(999)],
  ])('keeps the reason, trimmed and cut (%#)', async (reason, kept) => {
    const { turn, rate, reasonOf } = await setUp();
    await rate(turn.id, { rater: 'U1', helpful: false, reason });
    expect(await reasonOf()).toBe(kept);
  });

  it('says when there is no such turn', async () => {
    const { rate } = await setUp();
    expect(await rate(asId('none'), { rater: 'U1', helpful: true })).toBe(false);
  });
});
