/** A command's answer: by the command's token while it lives, as any message of ours from then on. */
import { Routes } from 'discord-api-types/v10';
import { beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { tokenContext } from '../../../../adapters/discord/reply-address.ts';
import { asId } from '../../../../src/domain/ids.ts';
import type { Turn } from '../../../../src/domain/turn.ts';
import { createSecretBox } from '../../../../src/drivers/system/secret-box.ts';
import { type DiscordSpeaking, startDiscordSpeaking } from '../../../fakes/discord-speech.ts';
import { createFakeClock, type FakeClock } from '../../../fakes/fake-clock.ts';
import { answer, openDelivery } from '../../reply/open-delivery.ts';

const { signal } = new AbortController();
const put = { final: true, signal } as const;
const file = { name: 'answer.md', text: 'The rest' };
const minuteMs = 60_000;
let clock: FakeClock;
let speaking: DiscordSpeaking;
let turn: Turn;
let response: string;

beforeEach(async () => {
  clock = createFakeClock();
  const discordClock = { now: () => clock.now(), sleep: (ms: number) => clock.sleep(ms) };
  speaking = await startDiscordSpeaking({ clock, fake: { clock: discordClock } });
  turn = await askByCommand();
});

const askByCommand = async (box: Pick<DiscordSpeaking['box'], 'seal'> = speaking.box) => {
  const { discord, api, channel, guild, user } = speaking;
  const { id, token } = discord.slashCommand({ channel, user });
  const route = Routes.interactionCallback(id, token);
  await api.call(
    { method: 'POST', route, auth: false, body: { type: 5 } },
    { answer: z.unknown() },
  );
  response = discord.interaction(id).response?.id ?? '';
  const { applicationId } = discord;
  return speaking.turnOf(id, {
    ...{ channel, guild, user },
    response: {
      ...{ message: response, applicationId, expiresAtMs: clock.now() + 15 * minuteMs },
      sealedToken: box.seal(token, tokenContext(applicationId, response)),
    },
  });
};
const open = (of = turn, firstAttempt = true) =>
  speaking.speaker.openReply(of, { parts: [], firstAttempt });
const seen = () =>
  speaking.discord.botMessages(speaking.channel).map(({ id, text }) => ({ id, text }));
const methods = () =>
  speaking.discord
    .calls()
    .map(({ method, status }) => `${method} ${status}`)
    .slice(1);

test('stands in the response, with its buttons, without a ping or a preview', async () => {
  const { discord, user } = speaking;
  const reply = open();
  const text = `<@${user}> @everyone`;
  expect(await reply.putPart(0, text, { ...put, actions: ['again'] })).toBe(response);
  expect(await open(turn, false).putPart(0, text, put)).toBe(response);
  expect(methods()).toEqual(['editResponse 200', 'editResponse 200']);
  expect(discord.calls('editResponse')).toMatchObject([
    { hasToken: false, body: { allowed_mentions: { parse: [] }, flags: 4 } },
    { body: { components: [] } },
  ]);
  expect(discord.pings()).toEqual([]);
});

describe('goes on in follow-ups', () => {
  test('by the same token, each in reply to the response, edited and removed by it too', async () => {
    const { discord, channel } = speaking;
    const reply = open();
    await reply.putPart(0, 'One', put);
    const second = await reply.putPart(1, '<@1> Two', put);
    await reply.putPart(1, 'Two', { ...put, actions: ['again'] });
    await reply.putFile(2, file, { signal });
    expect(discord.botMessages(channel)).toMatchObject([
      { text: 'One' },
      { id: second, text: 'Two', replyTo: response, suppressesEmbeds: true },
      { files: ['answer.md'], replyTo: response },
    ]);
    await reply.removePart(2, { signal });
    expect(methods()).toEqual([
      ...['editResponse 200', 'createFollowUp 200', 'editResponse 200', 'createFollowUp 200'],
      'deleteResponse 204',
    ]);
    expect(discord.calls('createFollowUp')).toMatchObject([
      { hasToken: false, body: { allowed_mentions: { parse: [] }, flags: 4 } },
      { hasToken: false },
    ]);
    expect(discord.calls('createFollowUp')[0]?.body).not.toHaveProperty('nonce');
  });

  test.each([
    ['SendMessages', 'AttachFiles'],
    ['ViewChannel'],
  ] as const)('also where the bot lacks %s', async (...deny) => {
    const { discord, channel, user } = speaking;
    discord.setPermissions({ channel, to: 'bot', deny });
    const reply = open();
    const ids = [await reply.putPart(0, 'One', put), await reply.putPart(1, 'Two', put)];
    ids.push(await reply.putFile(2, file, { signal }));
    ids.push(await reply.putPart(3, 'Ready.', { ...put, ping: true }));
    expect(discord.pings()).toEqual([`<@${user}>`]);
    const parts = ids.map((platformId, index) => ({ index, platformId }));
    const later = speaking.speaker.openReply(turn, { parts, firstAttempt: false });
    await later.putPart(1, 'Two again', put);
    await later.removePart(3, { signal });
    await later.removeStrays({ signal });
    expect(discord.botMessages(channel)).toMatchObject([
      ...[{ text: 'One' }, { text: 'Two again' }, { files: ['answer.md'] }],
    ]);
  });

  test('so that a long answer comes whole where the bot may not write', async () => {
    const { discord, channel, speaker } = speaking;
    discord.setPermissions({ channel, to: 'bot', deny: ['SendMessages', 'AttachFiles'] });
    const paragraphs = Array.from({ length: 500 }, (_, nth) => `Paragraph ${nth} says something.`);
    const { openFor, saved } = openDelivery(turn, { clock });
    await openFor(turn, speaker).finish(answer(paragraphs.join('\n\n')));
    const messages = discord.botMessages(channel);
    expect(messages.map(({ files }) => files.length)).toEqual([0, 0, 0, 0, 0, 1]);
    expect(saved().map(({ platformId }) => platformId)).toEqual(messages.map(({ id }) => id));
    const whole = [...messages, ...discord.files(channel)].map(({ text }) => text).join('\n');
    expect(whole.match(/Paragraph \d+ says something\./g)).toEqual(paragraphs);
    expect(methods().filter((method) => !method.endsWith('200'))).toEqual([]);
  });

  test('that are found again where their answer was lost, or their worker was killed', async () => {
    const { discord } = speaking;
    const first = open();
    await first.putPart(0, 'One', put);
    discord.failNext('createFollowUp', { status: 'apply-then-drop' });
    await expect(first.putPart(1, 'Two', put)).rejects.toThrow();
    const second = await first.putPart(1, 'Two found', put);
    await first.putPart(2, 'Three', put);
    const parts = [
      { index: 0, platformId: response },
      { index: 1, platformId: second },
    ];
    const later = speaking.speaker.openReply(turn, { parts, firstAttempt: false });
    await later.putPart(2, 'Three found', put);
    expect(seen().map(({ text }) => text)).toEqual(['One', 'Two found', 'Three found']);
  });

  test('of which one stands twice where its answer was lost and nothing can be read', async () => {
    const { discord, channel } = speaking;
    discord.setPermissions({ channel, to: 'bot', deny: ['ViewChannel'] });
    const reply = open();
    await reply.putPart(0, 'One', put);
    discord.failNext('createFollowUp', { status: 'apply-then-drop' });
    await expect(reply.putPart(1, 'Two', put)).rejects.toThrow();
    await reply.putPart(1, 'Two', put);
    await reply.putPart(2, 'Three', put);
    expect(seen().map(({ text }) => text)).toEqual(['One', 'Two', 'Two', 'Three']);
  });

  test('none of which a person can take away unnoticed', async () => {
    const { discord, channel } = speaking;
    const reply = open();
    await reply.putPart(0, 'One', put);
    const id = await reply.putPart(1, 'Two', put);
    discord.deleteMessage({ channel, message: id });
    await expect(reply.putPart(1, 'Two again', put)).rejects.toMatchObject({
      code: 'reply_deleted',
    });
    discord.setPermissions({ channel, to: 'bot', deny: ['ViewChannel'] });
    await expect(reply.putPart(1, 'Two again', put)).rejects.toMatchObject({
      code: 'reply_deleted',
    });
    await reply.removePart(1, { signal });
  });

  test("until the token ends: then come messages of the bot's own, in reply to the response", async () => {
    const reply = open();
    await reply.putPart(0, 'One', put);
    const second = await reply.putPart(1, 'Two', put);
    await clock.advance(14 * minuteMs);
    await reply.putPart(1, 'Two again', put);
    await reply.putPart(2, 'Three', put);
    expect(methods().slice(-2)).toEqual(['editMessage 200', 'createMessage 200']);
    expect(speaking.discord.botMessages(speaking.channel)).toMatchObject([
      { text: 'One' },
      { id: second, text: 'Two again' },
      { text: 'Three', replyTo: response },
    ]);
  });

  test('beside what the bot itself had posted there', async () => {
    const { discord } = speaking;
    discord.failNext('createFollowUp', { code: 50_027 });
    const first = open();
    const ids = [await first.putPart(0, 'One', put), await first.putPart(1, 'Two', put)];
    const parts = ids.map((platformId, index) => ({ index, platformId }));
    const later = speaking.speaker.openReply(turn, { parts, firstAttempt: false });
    await later.putPart(1, 'Two again', put);
    await later.putPart(1, 'Two at last', put);
    await later.putPart(2, 'Three', put);
    expect(methods().filter((method) => /edit|FollowUp/.test(method))).toEqual([
      ...['editResponse 200', 'createFollowUp 401', 'editResponse 404', 'editMessage 200'],
      ...['editMessage 200', 'createFollowUp 200'],
    ]);
    await later.removePart(1, { signal });
    expect(seen().map(({ text }) => text)).toEqual(['One', 'Three']);
  });
});

test('is written by the bot itself from a minute before the token ends', async () => {
  const reply = open();
  await reply.putPart(0, 'One', put);
  await clock.advance(14 * minuteMs);
  expect(await reply.putPart(0, 'One two', put)).toBe(response);
  await clock.advance(14 * minuteMs);
  expect(await open(turn, false).putPart(0, 'Three', put)).toBe(response);
  expect(methods()).toEqual(['editResponse 200', 'editMessage 200', 'editMessage 200']);
  expect(seen()).toEqual([{ id: response, text: 'Three' }]);
});

test.each([
  ['50027', { code: 50_027, status: 401 }],
  ['10015', { code: 10_015 }],
  ['401', { status: 401 }],
  ['404', { status: 404 }],
] as const)('is written by the bot itself once the token is refused with %s', async (_, failure) => {
  speaking.discord.failNext('editResponse', failure);
  const reply = open();
  await reply.putPart(0, 'One', put);
  await reply.putPart(0, 'One two', put);
  expect(methods().slice(1)).toEqual(['editMessage 200', 'editMessage 200']);
  expect(seen()).toEqual([{ id: response, text: 'One two' }]);
  expect(speaking.log.lines).toEqual([]);
});

test('waits where the token is limited, and where Discord is away', async () => {
  const reply = open();
  speaking.discord.failNext('editResponse', { status: 429, retryAfterS: 0.5 });
  await expect(reply.putPart(0, 'One', put)).rejects.toMatchObject({
    code: 'platform_rate_limited',
    retryAfterMs: 500,
  });
  speaking.discord.failNext('editResponse', { status: 503 });
  await expect(open(await askByCommand()).putPart(0, 'One', put)).rejects.toMatchObject({
    code: 'platform_unavailable',
  });
});

test('is written by the bot itself where the thread was archived meanwhile, which it opens', async () => {
  const { discord, channel, user } = speaking;
  const thread = discord.startThread({ channel, user, name: 'How' });
  speaking = { ...speaking, channel: thread };
  const reply = open(await askByCommand());
  discord.changeThread(thread, { archived: true });
  await reply.putPart(0, 'One', put);
  await reply.putPart(1, 'Two', put);
  expect(seen().map(({ text }) => text)).toEqual(['One', 'Two']);
  expect(discord.thread(thread)?.archived).toBe(false);
});

test('is not made again when a person deleted the response', async () => {
  speaking.discord.deleteMessage({ channel: speaking.channel, message: response });
  await expect(open().putPart(0, 'One', put)).rejects.toMatchObject({ code: 'reply_deleted' });
  await open().removePart(0, { signal });
  expect(seen()).toEqual([]);
});

test('disappears also where the bot may not see the channel', async () => {
  const { discord, channel } = speaking;
  discord.setPermissions({ channel, to: 'bot', deny: ['ViewChannel'] });
  await open(turn, false).removeStrays({ signal });
  expect(seen()).toEqual([]);
});

test('disappears with the whole reply, also when nothing was written yet', async () => {
  await open(turn, false).removeStrays({ signal });
  expect(seen()).toEqual([]);
  const later = await askByCommand();
  const reply = open(later);
  await reply.putPart(0, 'One', put);
  await reply.putPart(1, 'Two', put);
  await reply.removePart(1, { signal });
  await reply.removePart(0, { signal });
  expect(seen()).toEqual([]);
});

test('is written by the bot itself when the token does not open, with a line in the log', async () => {
  const foreign = createSecretBox({ keys: [new Uint8Array(32).fill(7)] });
  turn = await askByCommand(foreign);
  const reply = open();
  await reply.putPart(0, 'One', put);
  await reply.putPart(0, 'One two', put);
  expect(methods().slice(1)).toEqual(['editMessage 200', 'editMessage 200']);
  expect(speaking.log.lines).toMatchObject([
    {
      level: 'warn',
      event: 'token of a command not opened',
      details: { code: 'secret_unreadable' },
    },
  ]);
});

test('puts a part again that it found and took away', async () => {
  await open().putPart(1, 'Two', put);
  const later = open(turn, false);
  await later.putPart(0, 'One', put);
  await later.putPart(1, 'Two', put);
  await later.removePart(1, { signal });
  await later.putPart(1, 'Two again', put);
  expect(seen().map(({ text }) => text)).toEqual(['One', 'Two again']);
});

test('that is asked for again stands beside the first one', async () => {
  await open().putPart(0, 'First', { ...put, actions: ['feedback'] });
  const repeat: Turn = { ...turn, id: asId(`${turn.id}-r1`), repeats: turn.id };
  const id = await open(repeat).putPart(0, 'Second', put);
  expect(seen()).toEqual([
    { id: response, text: 'First' },
    { id, text: 'Second' },
  ]);
  expect(speaking.discord.botMessages(speaking.channel).at(1)?.replyTo).toBe(response);
});
