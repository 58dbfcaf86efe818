/** Direct messages: what begins a new topic, and what is said about it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { setUpPackets } from './set-up-packets.ts';

const direct = JSON.parse(
  readFileSync(
    path.resolve(import.meta.dirname, '../../../fixtures/discord/message-direct.json'),
    'utf8',
  ),
).d;

test('a new topic is confirmed while it is fresh, and not again by a look back', async () => {
  const it = setUpPackets();
  const data = { ...direct, content: '**New topic!**' };
  await it.packets.take({ name: 'MESSAGE_CREATE', data });
  expect(it.answers()).toMatchObject([{ content: expect.stringMatching(/^A new topic/) }]);
  await it.clock.advance(2 * 60_000);
  await it.packets.takeMessage(data);
  expect(it.calls).toHaveLength(1);
  expect(await it.allTurns()).toEqual([]);
});

test.each([
  '什么是 new topic 呢？',
  'новая new topic',
  'new topic: leave',
])('%j is a question', async (content) => {
  const it = setUpPackets();
  await it.packets.take({ name: 'MESSAGE_CREATE', data: { ...direct, content } });
  expect(await it.allTurns()).toMatchObject([{ question: { text: content } }]);
});
