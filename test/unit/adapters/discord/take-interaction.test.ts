/** Interactions that are odd, slow, or come while the store is away: the person is answered, once, in time. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { BotError } from '../../../../src/domain/errors.ts';
import { asId } from '../../../../src/domain/ids.ts';
import { noRules } from './set-up-listening.ts';
import { guild, type Packets, setUpPackets } from './set-up-packets.ts';

const folder = path.resolve(import.meta.dirname, '../../../fixtures/discord');
const recorded = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8')).d;
const send = ({ packets }: Packets, data: unknown): Promise<void> =>
  packets.take({ name: 'INTERACTION_CREATE', data });
const pressed = (customId: string) => ({
  ...recorded('button'),
  data: { component_type: 2, custom_id: customId },
});

test.each([
  ['a command of another name', { ...recorded('slash-command'), data: { type: 1, name: 'old' } }],
  ['a button of somebody else', pressed('something')],
  ['something new', { ...recorded('button'), type: 99 }],
])('%s is answered to the person alone', async (_, data) => {
  const it = setUpPackets();
  await send(it, data);
  expect(it.answers()).toMatchObject([
    { type: 4, data: { flags: 64, allowed_mentions: { parse: [] } } },
  ]);
  expect(it.troubles()).toEqual(['discord interaction of an unknown kind']);
});

test.each([
  ...['helpful', 'not-helpful', 'passages', 'again', 'stop'].map((action) =>
    pressed(`fn:${action}:discord-1`),
  ),
  recorded('modal'),
])('who is blocked gets nothing of what they press or send, %#', async (data) => {
  const { user } = Object(recorded('button')['member']);
  const rules = { ...noRules, blockedPeople: [user.id] };
  const place = { dialogId: asId<never>('default'), listen: 'mention' as const, rules };
  const it = setUpPackets({ places: [{ ...place, guild }] });
  await send(it, data);
  expect(it.answers()).toMatchObject([
    { type: 4, data: { flags: 64, content: expect.stringMatching(/^The rules of this place/) } },
  ]);
});

test.each([
  ['without a token', { ...recorded('button'), token: '' }],
  ['without a person', { ...recorded('button'), member: undefined }],
  ['of no shape at all', null],
])('one %s cannot be answered', async (_, data) => {
  const it = setUpPackets();
  await send(it, data);
  expect([it.answers(), it.troubles()]).toEqual([[], ['discord interaction of an unknown shape']]);
});

test('a store that is slow does not keep the person waiting', async () => {
  let release: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const it = setUpPackets({
    stores: (store) => ({
      ...store,
      turns: {
        ...store.turns,
        async getTurn(id) {
          await held;
          return store.turns.getTurn(id);
        },
      },
    }),
  });
  const taken = send(it, pressed('fn:helpful:discord-1'));
  await it.clock.advance(2_499);
  expect(it.answers()).toEqual([]);
  await it.clock.advance(1);
  expect(it.answers()).toMatchObject([
    { type: 4, data: { content: 'This takes longer than usual. Please try once more.' } },
  ]);
  it.failures.push(new BotError('platform_rejected', { details: { discordCode: 40_060 } }));
  release();
  await taken;
  expect(it.log.lines.map(({ event }) => event)).toContain(
    'discord interaction answered elsewhere or too late',
  );
});

test('the form that asks for a reason opens before anything is looked up', async () => {
  const it = setUpPackets({
    stores: (store) => ({
      ...store,
      turns: {
        ...store.turns,
        getTurn: () => Promise.reject(new BotError('store_unavailable')),
      },
    }),
  });
  await send(it, pressed('fn:not-helpful:discord-1'));
  expect(it.answers()).toMatchObject([{ type: 9, data: { custom_id: 'fn:reason:discord-1' } }]);
  expect(it.troubles()).toEqual(['discord press failed']);
});

describe('a command that Discord did not let us answer', () => {
  const failure = (discordCode: number) =>
    new BotError('platform_rejected', { details: { discordCode } });
  const away = new BotError('platform_unavailable');
  test.each([
    ['is taken back when it came too late', [failure(10_062), failure(10_015)], true],
    ['is left to the process that answered it', [failure(40_060)], undefined],
    ['is left to whoever answered it in time', [failure(10_062)], undefined],
    ['stays a question while nobody knows', [failure(10_062), away], undefined],
    ['stays a question while Discord is away', [away, away], undefined],
    ['stays a question when it stands all the same', [away], undefined],
  ])('%s', async (_, failures, removeReply) => {
    const it = setUpPackets();
    it.failures.push(...failures);
    await send(it, recorded('slash-command'));
    const [turn, ...more] = await it.allTurns();
    expect([turn?.question.text, turn?.removeReply, more]).toEqual([
      ...['How many days of leave do I have?', removeReply, []],
    ]);
    expect(it.troubles()).toEqual(
      failures[0] === away && failures.length > 1 ? ['discord interaction not answered'] : [],
    );
  });
});

test('is answered without the bot token', async () => {
  const it = setUpPackets();
  for (const name of ['slash-command', 'button']) await send(it, recorded(name));
  expect(it.calls.map(({ auth }) => auth)).toEqual([false, false]);
});
