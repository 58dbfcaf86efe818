/** Direct messages: what begins a new topic, what is forwarded, and what the configuration says of them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DiscordPlace } from '../../../../adapters/discord/listener-deps.ts';
import { asId } from '../../../../src/domain/ids.ts';
import { noRules } from './set-up-listening.ts';
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

test('what was forwarded is asked, and what holds no words is told how to ask', async () => {
  const it = setUpPackets();
  const forward = (id: string, content: string) => ({
    ...{ ...direct, id, content: '', message_reference: { type: 1, message_id: '7' } },
    message_snapshots: [{ message: { content, attachments: [] } }],
  });
  const take = (data: object) => it.packets.take({ name: 'MESSAGE_CREATE', data });
  await take(forward('867793854505943061', 'How many days of leave do we have?'));
  await take(forward('867793854505943062', ''));
  expect(await it.allTurns()).toMatchObject([
    { question: { text: 'How many days of leave do we have?' } },
    { question: { text: '' }, error: { code: 'question_empty' } },
  ]);
});

describe('an entry for direct messages', () => {
  const place = (more: Partial<DiscordPlace>): readonly DiscordPlace[] => [
    { direct: true, dialogId: asId('support'), listen: 'mention', rules: noRules, ...more },
  ];
  const sent = (content: string, id: string = direct.id) => ({
    name: 'MESSAGE_CREATE',
    data: { ...direct, content, id },
  });

  test('names their dialog', async () => {
    const it = setUpPackets({ places: place({}) });
    await it.packets.take(sent('Where is it?'));
    const [turn] = await it.allTurns();
    const found = turn && (await it.store.conversations.getConversation(turn.conversationId));
    expect(found?.dialogId).toBe('support');
  });

  test.each<[string, Partial<DiscordPlace>]>([
    ['switches them off', { listen: 'off' }],
    ['blocks people', { rules: { ...noRules, blockedPeople: [direct.author.id] } }],
  ])('%s, and then not even a new topic is confirmed', async (_, more) => {
    const it = setUpPackets({ places: place(more) });
    for (const text of ['Where is it?', 'new topic']) await it.packets.take(sent(text));
    expect([await it.allTurns(), it.calls]).toEqual([[], []]);
  });

  test('has a cool-down', async () => {
    const it = setUpPackets({ places: place({ rules: { ...noRules, coolDownMs: 60_000 } }) });
    await it.packets.take(sent('Where is it?'));
    await it.packets.take(sent('And when?', '867793854505943061'));
    expect((await it.allTurns()).map(({ error }) => error)).toEqual([
      undefined,
      { code: 'asking_too_fast', retryAfterMs: expect.any(Number) },
    ]);
  });
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
