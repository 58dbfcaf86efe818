/** Whose our messages are, where answers mix. */
import { expect, test } from 'vitest';
import type { OwnMessage } from '../../../../adapters/discord/own-messages.ts';
import { messagesOfTurn } from '../../../../adapters/discord/turn-messages.ts';

const turnId = 'discord-1';
const own = (id: string, repliesTo?: string, more: Partial<OwnMessage> = {}): OwnMessage => ({
  ...{ id, repliesTo, content: '', turns: new Set<string>(), files: [] },
  ...more,
});
const pressable = (turn: string) => ({ turns: new Set([turn]) });
const file = { files: [{ name: 'answer.md', sizeBytes: 3 }] };
const idsOf = (
  messages: readonly OwnMessage[],
  { question, response }: { question?: string; response?: string },
) => {
  const found = messagesOfTurn(messages, { turnId, question, response });
  const ids = (kind: keyof typeof found) => found[kind].map(({ id }) => id).join();
  return [ids('first'), ids('further'), ids('files')];
};

test('messages that reply to the question, and what replies to them', () => {
  const messages = [
    ...[own('10', '1'), own('11', '2'), own('12', '10'), own('13', '11')],
    ...[own('14', '10', file), own('15', '10', pressable(turnId)), own('16')],
  ];
  expect(idsOf(messages, { question: '1' })).toEqual(['10', '12,15', '14']);
});

test('the buttons of another turn are believed before anything else', () => {
  const messages = [own('10', '1', pressable('discord-1-r1')), own('11', '1'), own('12', '10')];
  expect(idsOf(messages, { question: '1' })).toEqual(['11', '', '']);
});

test('in a thread that was made for the question the first of ours is the first part', () => {
  const messages = [own('10'), own('11', '10'), own('12', '5'), own('13', '12'), own('14')];
  expect(idsOf(messages, {})).toEqual(['10', '11', '']);
  expect(idsOf([own('10'), own('11', '10'), own('12'), own('13', '12')], {})).toEqual([
    ...['10', '11', ''],
  ]);
  expect(idsOf([own('9', '5'), own('10')], {})).toEqual(['', '', '']);
});

test("a first part without buttons is another turn's when what replies to it has that turn's", () => {
  const messages = [own('10'), own('11', '10', pressable('discord-0')), own('12'), own('13', '12')];
  expect(idsOf(messages, {})).toEqual(['', '', '']);
  expect(idsOf([own('10'), own('11', '10', pressable(turnId))], {})).toEqual(['10', '11', '']);
});

test("behind a command's response stand only further parts, and the answer that was asked for again", () => {
  const messages = [own('10', '9'), own('11', '9', file), own('12', '8')];
  expect(idsOf(messages, { response: '9' })).toEqual(['', '10', '11']);
  const again = [own('13', '9'), own('14', '13', pressable('discord-1-r1'))];
  expect(idsOf([...messages, ...again], { response: '9' })).toEqual(['', '10', '11']);
});
