/** What stands around a question on Discord: the newest of the thread, and files by an address that Discord just gave. */
import { Routes } from 'discord-api-types/v10';
import { beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { isDiscordFileUrl } from '../../../../adapters/discord/attachment-download.ts';
import { createDiscordContextReader } from '../../../../adapters/discord/discord-context-reader.ts';
import type { ContextReader } from '../../../../src/ports/context-reader.ts';
import { type DiscordSpeaking, startDiscordSpeaking } from '../../../fakes/discord-speech.ts';

const { signal } = new AbortController();
let speaking: DiscordSpeaking;
let reader: ContextReader;

beforeEach(async () => {
  speaking = await startDiscordSpeaking({ settings: { callTimeoutMs: 500 } });
  reader = createDiscordContextReader({ ...speaking.speech, settings: speaking.settings });
});

const ask = (thread: string) => {
  const { discord, user, guild } = speaking;
  const { message } = discord.mention({ channel: thread, user, text: 'and now?' });
  return speaking.turnOf(message, { channel: thread, guild, user, message });
};
const read = async (turn: ReturnType<typeof ask>, last = 30) =>
  (await reader.readThread(turn, { last, signal })).map(({ author, text }) => `${author}: ${text}`);

describe('a thread', () => {
  test('is what people wrote before the question, by numbered persons', async () => {
    const { discord, user, channel } = speaking;
    const bob = discord.addUser({ name: 'bob' });
    const root = discord.post({ channel, user: bob, text: `The build fails, <@${user}>` });
    const thread = discord.startThread({ ...root, user: bob, name: 'build' });
    discord.post({ channel: thread, user, text: 'It is the cache' });
    discord.mention({ channel: thread, user, text: 'why?' });
    discord.post({ channel: thread, user, text: '   ' });
    const route = Routes.channelMessages(thread);
    const ours = { method: 'POST', route, body: { content: 'An answer of ours' } } as const;
    await speaking.api.call(ours, { answer: z.unknown() });
    const turn = ask(thread);
    discord.post({ channel: thread, user, text: 'said later' });
    expect(await read(turn)).toEqual([
      'Person 1: The build fails, Person 2',
      'Person 2: It is the cache',
    ]);
    expect(discord.calls('listMessages')).toHaveLength(1);
  });

  test('gives the newest, by few calls', async () => {
    const { discord, user, channel } = speaking;
    const thread = discord.startThread({ channel, user, name: 'long' });
    for (let nth = 1; nth <= 250; nth += 1)
      discord.post({ channel: thread, user, text: `line ${nth}` });
    const lines = await read(ask(thread), 120);
    expect(lines).toHaveLength(120);
    expect(lines.at(0)).toBe('Person 1: line 131');
    expect(lines.at(-1)).toBe('Person 1: line 250');
    expect(discord.calls('listMessages')).toHaveLength(2);
  });

  test('that was made for the question, or none, holds nothing before it', async () => {
    const { channel, guild, user } = speaking;
    const message = '100000000000000003';
    const made = { channel: message, guild, user, message, questionChannel: channel };
    expect(await read(speaking.turnOf(message, made))).toEqual([]);
    expect(await read(speaking.turnOf(message, { channel, guild, user }))).toEqual([]);
    expect(speaking.discord.calls()).toEqual([]);
  });
});

/** Shows the reader every message as one that forwards what stands in it. */
const readAllAsForwards = () => {
  const { speech, settings } = speaking;
  const whole = z.looseObject({});
  reader = createDiscordContextReader({
    ...{ ...speech, settings },
    async call(request, { answer }) {
      const message = await speech.call(request, { answer: whole });
      const empty = { content: '', attachments: [] };
      return answer.parse({ ...message, ...empty, message_snapshots: [{ message }] });
    },
  });
};

describe('what the question replies to', () => {
  const replying = (more: Partial<Parameters<DiscordSpeaking['turnOf']>[1]> = {}) => {
    const { discord, user, channel, guild } = speaking;
    const bob = discord.addUser({ name: 'bob' });
    discord.post({ channel, user, text: 'talk of others' });
    const asked = discord.mention({ channel, user: bob, text: 'The VPN drops, why?' });
    discord.post({ channel, user, text: 'more talk' });
    const to = asked.message;
    const { message } = discord.reply({ channel, user, to, text: '{bot} can you answer this?' });
    const address = { channel, guild, user, message, repliedTo: to, ...more };
    return { asked, turn: speaking.turnOf(message, address) };
  };

  test('in a channel is all that is read, wherever the answer goes', async () => {
    const said = `Person 1: Person 2 The VPN drops, why?`;
    expect(await read(replying({ reads: 'replied' }).turn)).toEqual([said]);
    const { channel } = speaking;
    const inThread = { channel: '100000000000000003', questionChannel: channel };
    expect(await read(replying({ reads: 'replied', ...inThread }).turn)).toEqual([said]);
    expect(speaking.discord.calls('listMessages')).toEqual([]);
  });

  test('in a thread stands last, among as many as are wanted', async () => {
    const lines = await read(replying().turn);
    expect(lines.map((line) => line.slice('Person 1: '.length))).toEqual([
      'talk of others',
      'more talk',
      'Person 3 The VPN drops, why?',
    ]);
    expect(await read(replying().turn, 2)).toHaveLength(2);
  });

  test('may be something forwarded', async () => {
    const { turn } = replying({ reads: 'replied' });
    readAllAsForwards();
    expect(await read(turn)).toEqual(['Person 1: Person 2 The VPN drops, why?']);
  });

  test('is left out when it is gone', async () => {
    const { asked, turn } = replying({ reads: 'replied' });
    speaking.discord.deleteMessage(asked);
    expect(await read(turn)).toEqual([]);
  });
});

describe('a file', () => {
  const askWithFile = async (text = 'a,b\n1,2') => {
    const { discord, user, channel, guild } = speaking;
    const files = [{ name: 'table.csv', text }];
    const { message } = discord.mention({ channel, user, text: 'what is it?', files });
    const question = { channel, guild, user, message };
    const route = Routes.channelMessage(channel, message);
    const stored = await speaking.api.call(
      { method: 'GET', route },
      { answer: z.object({ attachments: z.array(z.object({ id: z.string() })) }) },
    );
    const id = stored.attachments[0]?.id ?? '';
    return { question, file: { id, name: 'table.csv', sizeBytes: text.length } };
  };
  const readFile = async (
    { question, file }: Awaited<ReturnType<typeof askWithFile>>,
    maxBytes = 1_000,
  ) => {
    const turn = speaking.turnOf(question.message, question);
    return Buffer.from(await reader.readFile(turn, file, { maxBytes, signal })).toString();
  };

  test('is read where the question stands, also from the thread that was made on it', async () => {
    const { question, file } = await askWithFile();
    expect(await readFile({ question, file })).toBe('a,b\n1,2');
    const inThread = { ...question, channel: question.message, questionChannel: question.channel };
    expect(await readFile({ question: inThread, file })).toBe('a,b\n1,2');
  });

  test('is read from the message that the question forwards', async () => {
    readAllAsForwards();
    expect(await readFile(await askWithFile())).toBe('a,b\n1,2');
  });

  test('that is larger than wanted is not fetched', async () => {
    await expect(readFile(await askWithFile('x'.repeat(2_000)))).rejects.toMatchObject({
      code: 'document_unreadable',
      details: { reason: 'too_large' },
    });
  });

  test('that is gone, with its question or without, is refused', async () => {
    const asked = await askWithFile();
    await expect(
      readFile({ ...asked, file: { ...asked.file, id: '100000000000000004' } }),
    ).rejects.toMatchObject({ code: 'platform_rejected' });
    speaking.discord.deleteMessage(asked.question);
    await expect(readFile(asked)).rejects.toMatchObject({ code: 'reply_deleted' });
  });

  test.each([
    ['https://cdn.discordapp.com/attachments/1/2/a.csv?ex=1', true],
    ['https://media.discordapp.net/attachments/1/2/a.csv', true],
    ['http://cdn.discordapp.com/attachments/1/2/a.csv', false],
    ['https://cdn.discordapp.com.evil.example/a.csv', false],
    ['https://evil.example/cdn.discordapp.com', false],
    ['http://127.0.0.1:9/attachments/a.csv', false],
    ['file:///etc/hosts', false],
    ['no address', false],
  ])('at %s is fetched: %s', (url, isFetched) => {
    expect(isDiscordFileUrl(url, 'https://discord.com/api')).toBe(isFetched);
  });
});
