/** What is taken in: in order, and again until it is stored. */
import { expect, test } from 'vitest';
import { createIntake } from '../../../../adapters/discord/intake.ts';
import { BotError } from '../../../../src/domain/errors.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';
import { createRecordingLog } from '../../../fakes/recording-log.ts';

const setUp = () => {
  const clock = createFakeClock();
  const log = createRecordingLog();
  const intake = createIntake({ clock, log });
  const away = { store: true };
  const done: string[] = [];
  const store = (name: string) => async () => {
    if (away.store) throw new BotError('store_unavailable');
    done.push(name);
  };
  const troubles = () => log.lines.map(({ event, details }) => [event, details['code']]);
  return { clock, intake, away, done, store, troubles };
};

test('what a place sends is stored in its order, and other places do not wait for it', async () => {
  const { clock, intake, away, done, store, troubles } = setUp();
  const all = [intake.take('a', store('one')), intake.take('a', store('two'))];
  await clock.whenSleeping();
  await intake.take('b', async () => void done.push('other'));
  away.store = false;
  await clock.advance(250);
  await Promise.all(all);
  expect(done).toEqual(['other', 'one', 'two']);
  expect(troubles()).toEqual([['discord event is tried again', 'store_unavailable']]);
});

test('it is tried for ten minutes, at most every 10 s, and then a line says what was lost', async () => {
  const { clock, intake, away, done, store, troubles } = setUp();
  const taken = intake.take('a', store('one'));
  await clock.advance(9 * 60_000);
  expect(troubles()).toHaveLength(1);
  await clock.advance(70_000);
  await taken;
  away.store = false;
  await intake.take('a', store('two'));
  expect(done).toEqual(['two']);
  expect(troubles().at(-1)).toEqual(['discord event not taken in', 'store_unavailable']);
});

test('a wait that was asked for is kept', async () => {
  const { clock, intake, done } = setUp();
  let isFirst = true;
  const taken = intake.take('a', async () => {
    if (isFirst) {
      isFirst = false;
      throw new BotError('platform_rate_limited', { retryAfterMs: 30_000 });
    }
    done.push('one');
  });
  await clock.advance(29_000);
  expect(done).toEqual([]);
  await clock.advance(1_000);
  await taken;
  expect(done).toEqual(['one']);
});

test('what cannot succeed is not tried again, and stops nothing behind it', async () => {
  const { intake, away, done, store, troubles } = setUp();
  away.store = false;
  const failing = intake.take('a', async () => {
    throw new Error('secret');
  });
  await Promise.all([failing, intake.take('a', store('two'))]);
  expect(done).toEqual(['two']);
  expect(troubles()).toEqual([['discord event not taken in', 'internal']]);
});

test('stopped, it gives up what waits', async () => {
  const { clock, intake, done, store } = setUp();
  const all = [intake.take('a', store('one')), intake.take('a', store('two'))];
  await clock.whenSleeping();
  intake.stop();
  await Promise.all(all);
  expect(done).toEqual([]);
});

test('only so much waits', async () => {
  const { clock, intake, store, troubles } = setUp();
  const all = Array.from({ length: 10_000 }, () => intake.take('a', store('x')));
  await clock.whenSleeping();
  await intake.take('b', store('one too many'));
  expect(troubles().at(-1)?.[0]).toBe('discord event not taken in');
  intake.stop();
  await Promise.all(all);
});
