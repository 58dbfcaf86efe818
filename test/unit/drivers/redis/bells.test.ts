/** Holds that readers are woken for their turn, that no ring is missed, and that one timer wakes them all. */
import { expect, test } from 'vitest';
import { asId, type TurnId } from '../../../../src/domain/ids.ts';
import { createBells } from '../../../../src/drivers/redis/bells.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';

const mine = asId<TurnId>('http-c-mine');
const other = asId<TurnId>('http-c-other');

const create = () => {
  const clock = createFakeClock();
  return { clock, bells: createBells({ clock, everyMs: 1_000 }) };
};

test('wakes every reader of the turn, and nobody else', async () => {
  const { bells } = create();
  const woken: string[] = [];
  const wait = (turnId: TurnId, name: string) => {
    const bell = bells.hang(turnId);
    return bell.rung().then(() => {
      woken.push(name);
      bell.takeDown();
    });
  };
  const readers = Promise.all([wait(mine, 'first'), wait(mine, 'second')]);
  void wait(other, 'other');
  bells.ring(mine);
  await readers;
  expect(woken).toEqual(['first', 'second']);
});

test('remembers rings that came while the reader was busy, as one', async () => {
  const { clock, bells } = create();
  const bell = bells.hang(mine);
  bells.ring(mine);
  bells.ring(mine);
  await bell.rung();
  let isRung = false;
  const again = bell.rung().then(() => {
    isRung = true;
  });
  await clock.advance(999);
  expect(isRung).toBe(false);
  await clock.advance(1);
  await again;
});

test('rings by itself once in a while, for all readers', async () => {
  const { clock, bells } = create();
  const rung = Promise.all([bells.hang(mine).rung(), bells.hang(other).rung()]);
  await clock.advance(1_000);
  await rung;
});

test('stops its timer with the last reader and starts it with the next', async () => {
  const { clock, bells } = create();
  bells.hang(mine).takeDown();
  await clock.advance(500);
  const bell = bells.hang(mine);
  let isRung = false;
  const rung = bell.rung().then(() => {
    isRung = true;
  });
  await clock.advance(999);
  expect(isRung).toBe(false);
  await clock.advance(1);
  await rung;
});
