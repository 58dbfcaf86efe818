/** Holds that handlings of one conversation never overlap and that those of different ones do. */
import { expect, test } from 'vitest';
import { oneAtATime } from '../../../jobs/one-at-a-time.ts';
import { newConversationId } from '../../../src/domain/ids.ts';
import { createGate } from '../../fakes/gate.ts';

const id = newConversationId();
const signal = new AbortController().signal;

test('lets the second handling of a conversation wait for the first, failed or not', async () => {
  const order: string[] = [];
  const gate = createGate();
  const { handle } = oneAtATime(async () => {
    order.push('begin');
    await gate.passed;
    order.push('end');
    throw new Error('failed');
  });
  const both = Promise.allSettled([handle(id, { signal }), handle(id, { signal })]);
  gate.open();
  expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(order).toEqual(['begin', 'end', 'begin', 'end']);
});

test('handles different conversations at the same time', async () => {
  const gate = createGate();
  const drains = oneAtATime(() => gate.passed);
  const all = Promise.all([1, 2, 3].map(() => drains.handle(newConversationId(), { signal })));
  expect(drains.count()).toBe(3);
  gate.open();
  await all;
  expect(drains.count()).toBe(0);
});

test('does not begin a handling whose signal aborted while it waited', async () => {
  let begun = 0;
  const gate = createGate();
  const { handle } = oneAtATime(async () => {
    begun += 1;
    await gate.passed;
  });
  const stopping = new AbortController();
  const first = handle(id, { signal });
  const second = handle(id, { signal: stopping.signal });
  stopping.abort();
  gate.open();
  await Promise.all([first, second]);
  expect(begun).toBe(1);
});

test('tells when nothing is under way any more', async () => {
  const gate = createGate();
  const drains = oneAtATime(() => gate.passed);
  const handling = drains.handle(id, { signal });
  expect(drains.isBusy(id)).toBe(true);
  const settled = drains.settled();
  gate.open();
  await settled;
  expect(drains.isBusy(id)).toBe(false);
  await handling;
});
