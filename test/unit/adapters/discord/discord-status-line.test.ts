/** "is typing…" while nothing stands, and not longer. */
import { expect, test } from 'vitest';
import { createDiscordStatusLine } from '../../../../adapters/discord/discord-status-line.ts';
import { startDiscordSpeaking } from '../../../fakes/discord-speech.ts';
import { createFakeClock } from '../../../fakes/fake-clock.ts';

const { signal } = new AbortController();
const put = { final: false, signal } as const;

const setUp = async () => {
  const clock = createFakeClock();
  const speaking = await startDiscordSpeaking({ clock });
  const { discord, channel, guild, user } = speaking;
  const { message } = discord.mention({ channel, user, text: 'How?' });
  const address = { channel, guild, user, message };
  const typed = () => discord.calls('triggerTyping').length;
  const passes = async (ms: number, calls: number) => {
    await clock.advance(ms);
    await discord.waitFor(
      () =>
        discord.calls('triggerTyping').every(({ status }) => status === 204) && typed() >= calls,
    );
  };
  return {
    ...{ ...speaking, clock, address, message, typed, passes },
    turn: speaking.turnOf(message, address),
    line: createDiscordStatusLine(speaking.speech),
  };
};

test('is kept up until a message stands', async () => {
  const { line, turn, typed, passes, speaker, clock } = await setUp();
  expect(await line.show(turn, 'retrieving', { signal })).toBe(true);
  await clock.whenSleeping();
  await passes(8_000, 2);
  expect(await line.show(turn, 'generating', { signal })).toBe(true);
  expect(typed()).toBe(2);
  await speaker.openReply(turn, { parts: [], firstAttempt: true }).putPart(0, 'One', put);
  await clock.advance(60_000);
  await line.show(turn, undefined, { signal });
  expect(typed()).toBe(2);
});

test('ends when it is taken away, and when the lease is lost', async () => {
  const { line, turn, typed, clock } = await setUp();
  await line.show(turn, 'retrieving', { signal });
  await clock.whenSleeping();
  expect(await line.show(turn, undefined, { signal })).toBe(false);
  await clock.advance(60_000);
  expect(typed()).toBe(1);
  const lost = new AbortController();
  await line.show(turn, 'retrieving', { signal: lost.signal });
  await clock.whenSleeping();
  lost.abort();
  await clock.advance(60_000);
  expect(typed()).toBe(2);
});

test('is not there where the bot may not write, and costs no further call', async () => {
  const { line, turn, typed, clock, discord, channel } = await setUp();
  discord.setPermissions({ channel, to: 'bot', deny: ['ViewChannel'] });
  expect(await line.show(turn, 'retrieving', { signal })).toBe(false);
  expect(await line.show(turn, 'generating', { signal })).toBe(false);
  await clock.advance(60_000);
  expect(typed()).toBe(1);
});

test('is not asked for where the thread is still to be made, nor where a command thinks', async () => {
  const { line, typed, turnOf, message, address, clock } = await setUp();
  const toBeMade = turnOf(message, { ...address, threadArchiveMinutes: '60' });
  expect(await line.show(toBeMade, 'retrieving', { signal })).toBe(false);
  const response = {
    ...{ message, applicationId: '1', sealedToken: 'x', expiresAtMs: clock.now() + 900_000 },
  };
  const command = turnOf(message, { channel: address.channel, user: address.user, response });
  expect(await line.show(command, 'retrieving', { signal })).toBe(true);
  expect(typed()).toBe(0);
});
