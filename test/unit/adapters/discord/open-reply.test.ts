/** A command's answer, while nobody has told which message its response is. */
import { Routes } from 'discord-api-types/v10';
import { beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { tokenContext } from '../../../../adapters/discord/reply-address.ts';
import { asId } from '../../../../src/domain/ids.ts';
import type { Turn } from '../../../../src/domain/turn.ts';
import { type DiscordSpeaking, startDiscordSpeaking } from '../../../fakes/discord-speech.ts';
import { createFakeClock, type FakeClock } from '../../../fakes/fake-clock.ts';

const { signal } = new AbortController();
const put = { final: true, signal } as const;
const minuteMs = 60_000;
let clock: FakeClock;
let speaking: DiscordSpeaking;
let turn: Turn;
let defer: () => Promise<string>;

beforeEach(async () => {
  clock = createFakeClock();
  const discordClock = { now: () => clock.now(), sleep: (ms: number) => clock.sleep(ms) };
  speaking = await startDiscordSpeaking({ clock, fake: { clock: discordClock } });
  const { discord, api, box, channel, guild, user } = speaking;
  const { id, token } = discord.slashCommand({ channel, user });
  const { applicationId } = discord;
  turn = speaking.turnOf(id, {
    ...{ channel, guild, user },
    command: {
      ...{ interaction: id, applicationId, expiresAtMs: clock.now() + 15 * minuteMs },
      sealedToken: box.seal(token, tokenContext(applicationId, id)),
    },
  });
  defer = async () => {
    const route = Routes.interactionCallback(id, token);
    const body = { type: 5 };
    await api.call({ method: 'POST', route, auth: false, body }, { answer: z.unknown() });
    return discord.interaction(id).response?.id ?? '';
  };
});

const open = (of = turn, parts: Turn['parts'] = []) =>
  speaking.speaker.openReply(of, { parts, firstAttempt: parts.length === 0 });
const seen = () =>
  speaking.discord.botMessages(speaking.channel).map(({ id, text }) => ({ id, text }));
const methods = () => speaking.discord.calls().map(({ method, status }) => `${method} ${status}`);
/** Lets everything wait that waits for the deferral. */
const inVain = async <Result>(work: Promise<Result>): Promise<Result> => {
  for (let waits = 0; waits < 7; waits += 1) {
    await clock.whenSleeping();
    await clock.advance(1_000);
  }
  return work;
};

test('stands in the response, which its token tells once', async () => {
  const response = await defer();
  const reply = open();
  expect(await reply.putPart(0, 'One', put)).toBe(response);
  expect(await reply.putPart(0, 'One two', put)).toBe(response);
  expect(methods().slice(1)).toEqual(['getResponse 200', 'editResponse 200', 'editResponse 200']);
  expect(seen()).toEqual([{ id: response, text: 'One two' }]);
  expect(speaking.discord.calls('getResponse')).toMatchObject([{ hasToken: false }]);
  const { name } = speaking.speaker.editBucket(turn);
  expect(name).toBe(`discord:response:${turn.replyTo['interaction']}:edits`);
});

test('waits for a deferral that is on its way', async () => {
  const written = open().putPart(0, 'One', put);
  await clock.whenSleeping();
  const response = await defer();
  await clock.advance(100);
  expect(await written).toBe(response);
  expect(seen()).toEqual([{ id: response, text: 'One' }]);
});

test('waits no longer than anybody wants the answer', async () => {
  const gone = new AbortController();
  const written = open().putPart(0, 'One', { final: true, signal: gone.signal });
  await clock.whenSleeping();
  gone.abort(new Error('handed over'));
  await expect(written).rejects.toThrow();
  expect(seen()).toEqual([]);
});

test('is a message of its own when Discord took no deferral', async () => {
  const reply = open();
  const id = await inVain(reply.putPart(0, 'One', put));
  expect(await reply.putPart(0, 'One two', put)).toBe(id);
  expect(seen()).toEqual([{ id, text: 'One two' }]);
  expect(speaking.discord.botMessages(speaking.channel)[0]?.replyTo).toBeUndefined();
});

test('is not made again when a person deleted the response', async () => {
  const { discord, channel } = speaking;
  const response = await defer();
  discord.deleteMessage({ channel, message: response });
  await expect(inVain(open().putPart(0, 'One', put))).rejects.toMatchObject({
    code: 'reply_deleted',
  });
  const parts = [{ index: 0, platformId: response }];
  await expect(inVain(open(turn, parts).putPart(0, 'One', put))).rejects.toMatchObject({
    code: 'reply_deleted',
  });
  expect(seen()).toEqual([]);
});

test('disappears with the response', async () => {
  await defer();
  await open().removeStrays({ signal });
  expect(seen()).toEqual([]);
});

test('where there is no response nothing is there to remove', async () => {
  const reply = open();
  await inVain(reply.removeStrays({ signal }));
  await reply.removePart(0, { signal });
  expect(seen()).toEqual([]);
});

describe('after the token ended', () => {
  test('is written by the bot itself, into the response that stands in the channel', async () => {
    const response = await defer();
    speaking.discord.post({ channel: speaking.channel, user: speaking.user, text: 'hm' });
    await clock.advance(15 * minuteMs);
    expect(await open().putPart(0, 'One', put)).toBe(response);
    expect(methods().slice(1)).toEqual(['listMessages 200', 'editMessage 200']);
  });

  test('is a message of its own where the bot may not read', async () => {
    const { discord, channel } = speaking;
    await defer();
    discord.setPermissions({ channel, to: 'bot', deny: ['ReadMessageHistory'] });
    await clock.advance(15 * minuteMs);
    await open().putPart(0, 'One', put);
    expect(seen().map(({ text }) => text)).toEqual(['', 'One']);
  });

  test('waits where Discord is away', async () => {
    await clock.advance(15 * minuteMs);
    speaking.discord.failNext('listMessages', { status: 503 });
    await expect(open().putPart(0, 'One', put)).rejects.toMatchObject({
      code: 'platform_unavailable',
    });
  });
});

test('that is asked for again replies to the response', async () => {
  const response = await defer();
  await open().putPart(0, 'First', put);
  const repeat: Turn = { ...turn, id: asId(`${turn.id}-r1`), repeats: turn.id };
  await open(repeat).putPart(0, 'Second', put);
  expect(speaking.discord.botMessages(speaking.channel).at(1)?.replyTo).toBe(response);
});
