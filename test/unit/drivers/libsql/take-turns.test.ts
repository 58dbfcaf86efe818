import { expect, test } from 'vitest';
import { createTakeTurns } from '../../../../src/drivers/libsql/take-turns.ts';

test('work asked for at once is done in order, and other work goes on between', async () => {
  const takeTurns = createTakeTurns();
  const done: string[] = [];
  const note = (what: string) => () => void done.push(what);
  const tick = () => {
    note('other')();
    if (done.length < 6) setImmediate(tick);
  };
  setImmediate(tick);
  await Promise.all(['first', 'second', 'third'].map((what) => takeTurns(note(what))));
  expect(done.filter((what) => what !== 'other')).toEqual(['first', 'second', 'third']);
  expect(done.join(' ')).not.toMatch(/first second|second third/);
});

test('what one piece of work throws is its own affair', async () => {
  const takeTurns = createTakeTurns();
  const failing = takeTurns(() => {
    throw new Error('no such table');
  });
  const next = takeTurns(() => 2);
  await expect(failing).rejects.toThrow('no such table');
  expect(await next).toBe(2);
});
