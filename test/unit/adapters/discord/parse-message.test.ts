/** Discord's messages as we read them. */
import { describe, expect, test } from 'vitest';
import { parseMessage, type Reader } from '../../../../adapters/discord/parse-message.ts';
import { readableText } from '../../../../adapters/discord/readable-text.ts';
import { compareIds, idAt, madeAtMs } from '../../../../adapters/discord/snowflake.ts';

const bot = '10';
const reader: Reader = {
  ...{ botUserId: bot, botRole: '11' },
  names: {
    role: (id) => (id === '12' ? 'support' : undefined),
    channel: (id) => (id === '13' ? 'help' : undefined),
  },
};
const written = (over: object = {}) => ({
  ...{ id: '100', channel_id: '13', guild_id: '14', type: 0, content: 'hello' },
  author: { id: '20', username: 'ann', global_name: null },
  ...over,
});
const parsed = (over: object) => {
  const found = parseMessage(written(over), reader);
  return found.kind === 'message' ? found.message : found.reason;
};
const reply = (over: object = {}, author = bot) => ({
  ...{ type: 19, message_reference: { message_id: '90' } },
  referenced_message: { id: '90', author: { id: author }, ...over },
});

describe('is ignored', () => {
  test.each<[string, object, string]>([
    ['our own', { author: { id: bot } }, 'not_a_person'],
    ['a bot', { author: { id: '21', bot: true } }, 'not_a_person'],
    ['Discord', { author: { id: '21', system: true } }, 'not_a_person'],
    ['a webhook', { webhook_id: '22' }, 'not_a_person'],
    ['a thread that was made', { type: 18 }, 'system'],
    ['a pin', { type: 6 }, 'system'],
    ['without text, as without the intent', { content: '' }, 'empty'],
    ['without an author', { author: undefined }, 'unknown_shape'],
    ['with an id that is none', { id: 'x' }, 'unknown_shape'],
  ])('%s', (_, over, reason) => expect(parsed(over)).toBe(reason));
});

describe('calls us', () => {
  test.each<[string, object, boolean]>([
    ['by name', { mentions: [{ id: bot }] }, true],
    ['by our role', { mention_roles: ['11'] }, true],
    ['by a reply that rings', { ...reply(), mentions: [{ id: bot }] }, true],
    ['not by one that does not', reply(), false],
    ['not by everyone', { mention_everyone: true }, false],
    ['not by another role', { mention_roles: ['12'] }, false],
    ['not by words alone', { content: `<@${bot}>`, mentions: [] }, false],
  ])('%s', (_, over, isMention) => expect(parsed(over)).toMatchObject({ isMention }));
});

describe('is put to others', () => {
  test.each<[string, object, boolean]>([
    ['by name', { mentions: [{ id: '21' }] }, true],
    ['by a role', { mention_roles: ['12'] }, true],
    ['to everybody', { mention_everyone: true }, true],
    ['as a reply to a person', reply({}, '21'), true],
    ['not as a reply to what one wrote oneself', reply({}, '20'), false],
    ['as a reply to something that is gone', { type: 19, referenced_message: null }, true],
    ['not as a reply to us', reply(), false],
    ['not when it is said to nobody', {}, false],
  ])('%s', (_, over, isToOthers) => expect(parsed(over)).toMatchObject({ isToOthers }));
});

test('a mention by our role whose text is hidden is one without a question', () => {
  const hidden = { content: '', mention_roles: ['11'] };
  expect(parsed(hidden)).toMatchObject({ isMention: true, text: '' });
  expect(parsed({ ...hidden, mention_roles: ['12'] })).toBe('empty');
});

test('a reply to us tells which answer it means: by its buttons, then by the question', () => {
  const components = [
    {
      type: 1,
      components: [
        { type: 2, url: 'https://example.com' },
        { type: 2, custom_id: 'x' },
      ],
    },
    { type: 1, components: [{ type: 2, custom_id: 'fn:again:discord-70' }] },
  ];
  const message_reference = { message_id: '71' };
  expect(parsed(reply({ components, message_reference }))).toMatchObject({
    repliesTo: ['discord-70', 'discord-71'],
  });
  expect(parsed(reply({ components: 'odd' }))).toMatchObject({ repliesTo: [] });
  expect(parsed(reply({ components }, '21'))).not.toHaveProperty('repliesTo');
  expect(parsed(reply({ components }, '21'))).toMatchObject({ repliedMessage: '90' });
});

test('who only calls us in reply to somebody asks what that message asks', () => {
  const colleague = reply(
    { content: 'why, <@22>?', mentions: [{ id: '22', username: 'eve' }] },
    '21',
  );
  const call = { mentions: [{ id: bot }], content: `<@${bot}>` };
  expect(parsed({ ...colleague, ...call })).toMatchObject({ text: 'why, @eve?' });
  expect(parsed({ ...colleague, ...call, content: `<@${bot}> and?` })).toMatchObject({
    text: 'and?',
  });
  expect(parsed({ ...reply({ content: '25 days' }), ...call })).toMatchObject({ text: '' });
  expect(parsed({ ...colleague, content: '' })).toBe('empty');
  const attachments = [{ id: '30', filename: 'a.txt', size: 3 }];
  expect(parsed({ ...colleague, ...call, attachments })).toMatchObject({ text: '' });
});

describe('a forwarded message', () => {
  const forward = (message: unknown) => ({
    ...{ guild_id: undefined, content: '', mentions: [] },
    message_reference: { type: 1, message_id: '7', channel_id: '8' },
    message_snapshots: [{ message }],
  });
  test('says what was forwarded, and calls nobody who is named in it', () => {
    const attachments = [{ id: '30', filename: 'a.txt', size: 3 }];
    const content = `<@21> and <@${bot}>, how many days?`;
    const mentions = [
      { id: '21', username: 'ben' },
      { id: bot, username: 'bot' },
    ];
    expect(parsed(forward({ content, mentions, attachments }))).toMatchObject({
      text: '@ben and , how many days?',
      files: [{ id: '30', name: 'a.txt', sizeBytes: 3 }],
      ...{ isMention: false, isToOthers: false },
    });
  });
  test('without words is a question without a text where it was sent to us, else none', () => {
    const picture = forward({ content: '', embeds: [{}] });
    expect(parsed(picture)).toMatchObject({ text: '' });
    expect(parsed({ ...picture, guild_id: '14' })).toBe('empty');
    expect(parsed(forward('odd'))).toBe('empty');
  });
});

test('tells who, where and when', () => {
  const attachments = [
    { id: '30', filename: 'a.txt', size: 3 },
    { id: '31', filename: 'b.txt' },
    { id: 'odd' },
  ];
  const edited_timestamp = '2026-01-05T09:00:00.000000+00:00';
  expect(parsed({ attachments, edited_timestamp, member: { roles: ['40'] } })).toEqual({
    ...{ id: '100', channel: '13', guild: '14', user: '20', roles: ['40'], text: 'hello' },
    files: [
      { id: '30', name: 'a.txt', sizeBytes: 3 },
      { id: '31', name: 'b.txt', sizeBytes: 0 },
    ],
    ...{ isMention: false, isToOthers: false, editedAtMs: Date.UTC(2026, 0, 5, 9) },
  });
});

describe('the text', () => {
  const names = {
    ...reader.names,
    isOurs: (id: string) => id === bot || id === '11',
    person: (id: string) => (id === '21' ? 'ben' : undefined),
  };
  test.each([
    [`<@${bot}> hello`, 'hello'],
    [`<@!${bot}>hello <@&11>`, 'hello'],
    [`well <@${bot}>  hello`, 'well hello'],
    [`<@${bot}>`, ''],
    ['<@21> and <@&12> in <#13>', '@ben and @support in #help'],
    ['<@22>, <@&23>, <#24>', '<@22>, <@&23>, <#24>'],
    ['<:wave:5> <a:dance:6> </ask:7>', ':wave: :dance: /ask'],
    ['a < b, <t:1>, <https://a.b>', 'a < b, <t:1>, <https://a.b>'],
    ['<#10> is no channel', '<#10> is no channel'],
  ])('%j reads %j', (text, readable) => expect(readableText(text, names)).toBe(readable));

  test('is read in linear time', () => {
    for (const piece of ['<', '<@', '<@1', '</', '<:a'])
      expect(readableText(piece.repeat(200_000), names)).toContain('<');
    expect(readableText(' '.repeat(200_000), names)).toBe('');
  });
});

describe('ids', () => {
  test('tell their time, and sort by it', () => {
    expect(madeAtMs('175928847299117063')).toBe(Date.UTC(2016, 3, 30, 11, 18, 25, 796));
    expect(madeAtMs(idAt(Date.UTC(2026, 0, 5)))).toBe(Date.UTC(2026, 0, 5));
    expect(idAt(0)).toBe('0');
    const ids = ['1000', '999', '99999999999999999999', '1000'];
    expect(ids.toSorted(compareIds)).toEqual(['999', '1000', '1000', '99999999999999999999']);
  });
});
