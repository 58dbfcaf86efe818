/** What Discord's Speaker does beyond the contract. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { DiscordAddress } from '../../../../adapters/discord/reply-address.ts';
import { noticeFor } from '../../../../src/domain/errors.ts';
import { asId } from '../../../../src/domain/ids.ts';
import type { Turn } from '../../../../src/domain/turn.ts';
import { type DiscordSpeaking, startDiscordSpeaking } from '../../../fakes/discord-speech.ts';
import { createFakeClock, type FakeClock } from '../../../fakes/fake-clock.ts';
import { answer, openDelivery } from '../../reply/open-delivery.ts';

const { signal } = new AbortController();
const put = { final: true, signal } as const;
let clock: FakeClock;
let speaking: DiscordSpeaking;

beforeEach(async () => {
  clock = createFakeClock();
  const discordClock = { now: () => clock.now(), sleep: (ms: number) => clock.sleep(ms) };
  speaking = await startDiscordSpeaking({ clock, fake: { clock: discordClock } });
});

const ask = (more: Partial<DiscordAddress> = {}): Turn => {
  const { discord, user, guild } = speaking;
  const channel = more.channel ?? speaking.channel;
  const { message } = discord.mention({ channel, user, text: 'How?' });
  return speaking.turnOf(message, { channel, guild, user, message, ...more });
};
const open = (turn: Turn, firstAttempt = true) =>
  speaking.speaker.openReply(turn, { parts: [], firstAttempt });
const textsIn = (channel: string) => speaking.discord.botMessages(channel).map(({ text }) => text);

describe('messages', () => {
  test('reply to the question, and further ones to the first', async () => {
    const turn = ask();
    const reply = open(turn);
    const first = await reply.putPart(0, 'One', put);
    await reply.putPart(1, 'Two', put);
    await reply.putFile(2, { name: 'answer.md', text: 'Three' }, { signal });
    const replies = speaking.discord.botMessages(speaking.channel).map(({ replyTo }) => replyTo);
    expect(replies).toEqual([turn.replyTo['message'], first, first]);
  });

  test('ping nobody and fetch nothing, posted or edited, plain or not', async () => {
    const { discord, user, channel, guild } = speaking;
    const reply = open(ask());
    const hostile = `@everyone @here <@${user}> <@&${guild}> [x](https://a.example/@here) \`<@${user}>\``;
    for (const plain of [false, true]) {
      await reply.putPart(0, hostile, { ...put, plain });
      await reply.putPart(1, `\`\`\`\n${hostile}\n\`\`\``, { ...put, plain });
    }
    await reply.noticePrivately('platform_forbidden', { signal });
    expect(discord.pings()).toEqual([]);
    for (const { body, method } of discord.calls())
      if (method === 'createMessage' || method === 'editMessage')
        expect(body).toMatchObject({ allowed_mentions: { parse: [] }, flags: 4 });
    expect(discord.botMessages(channel).every(({ suppressesEmbeds }) => suppressesEmbeds)).toBe(
      true,
    );
  });

  test('cost one call each', async () => {
    const reply = open(ask());
    await reply.putPart(0, 'One', put);
    await reply.putPart(0, 'One two', put);
    await reply.putPart(1, 'Two ', put);
    expect(speaking.discord.calls().map(({ method }) => method)).toEqual([
      ...['createMessage', 'editMessage', 'createMessage'],
    ]);
  });

  test('answer a question that was deleted, and stand without their reference where history is closed', async () => {
    const { discord, channel } = speaking;
    const turn = ask();
    discord.deleteMessage({ channel, message: String(turn.replyTo['message']) });
    await open(turn).putPart(0, 'One', put);
    discord.setPermissions({ channel, to: 'bot', deny: ['ReadMessageHistory'] });
    await open(ask()).putPart(0, 'Two', put);
    expect(textsIn(channel)).toEqual(['One', 'Two']);
  });

  test('of a lost post are found long after the nonce, by what they reply to', async () => {
    const { discord, channel, user } = speaking;
    const [asked, other] = [ask(), ask()];
    discord.failNext('createMessage', { status: 'apply-then-drop', times: 2 });
    const lost = open(asked);
    await expect(lost.putPart(0, 'Lost', put)).rejects.toThrow();
    await clock.advance(600_000);
    for (let nth = 0; nth < 150; nth += 1) discord.post({ channel, user, text: `and ${nth}` });
    await open(other)
      .putPart(0, 'Another', put)
      .catch(() => undefined);
    const found = open(asked, false);
    const first = await found.putPart(0, 'Found', put);
    discord.failNext('createMessage', { status: 'apply-then-drop' });
    await expect(found.putPart(1, 'Two', put)).rejects.toThrow();
    await clock.advance(600_000);
    const parts = [{ index: 0, platformId: first }];
    await speaking.speaker
      .openReply(asked, { parts, firstAttempt: false })
      .putPart(1, 'Two found', put);
    expect(textsIn(channel)).toEqual(['Found', 'Another', 'Two found']);
  });

  test('that stood already get the text that is put now', async () => {
    const turn = ask();
    speaking.discord.failNext('createMessage', { status: 'apply-then-drop' });
    await expect(open(turn).putPart(0, 'Early', put)).rejects.toThrow();
    await open(turn).putPart(0, 'Late', put);
    expect(textsIn(speaking.channel)).toEqual(['Late']);
  });

  test('that a person deleted while their post was lost are not made again', async () => {
    const { discord, channel } = speaking;
    const reply = open(ask());
    discord.failNext('createMessage', { status: 'apply-then-drop' });
    await expect(reply.putPart(0, 'Lost', put)).rejects.toThrow();
    const [lost] = discord.botMessages(channel);
    discord.deleteMessage({ channel, message: lost?.id ?? '' });
    await expect(reply.putPart(0, 'Again', put)).rejects.toMatchObject({ code: 'reply_deleted' });
    expect(textsIn(channel)).toEqual([]);
  });

  test('of an answer that is asked for again are its own', async () => {
    const turn = ask();
    const first = await open(turn).putPart(0, 'First', { ...put, actions: ['feedback'] });
    await clock.advance(60_000);
    const repeat = {
      ...turn,
      id: asId(`${turn.id}-r1`),
      repeats: turn.id,
      askedAt: new Date(clock.now()),
    };
    expect(await open(repeat as Turn, false).putPart(0, 'Second', put)).not.toBe(first);
    await open(repeat as Turn, false).removeStrays({ signal });
    expect(textsIn(speaking.channel)).toEqual(['First']);
  });

  test('ring once, also when the confirmation was lost', async () => {
    const { discord, user } = speaking;
    const turn = ask();
    const reply = open(turn);
    const platformId = await reply.putPart(0, 'One', put);
    const ping = { ...put, ping: true };
    discord.failNext('createMessage', { status: 'apply-then-drop' });
    await expect(reply.putPart(1, 'Ready.', ping)).rejects.toThrow();
    const id = await reply.putPart(1, 'Ready.', ping);
    expect(await reply.putPart(1, 'Ready.', ping)).toBe(id);
    const parts = [{ index: 0, platformId }];
    const later = speaking.speaker.openReply(turn, { parts, firstAttempt: false });
    expect(await later.putPart(1, 'Ready.', ping)).toBe(id);
    expect(discord.pings()).toEqual([`<@${user}>`]);
  });
});

test('who asked again is rung for and told in private, not who asked first', async () => {
  const { discord, user } = speaking;
  const other = discord.addUser();
  const reply = open({ ...ask(), asker: other });
  await reply.putPart(0, 'Ready.', { ...put, ping: true });
  await reply.noticePrivately('platform_forbidden', { signal });
  expect(discord.pings()).toEqual([`<@${other}>`]);
  expect(textsIn(discord.openDirectMessage(other))).toHaveLength(1);
  expect(textsIn(discord.openDirectMessage(user))).toEqual([]);
});

describe('a thread', () => {
  const toBeMade = () => ask({ threadArchiveMinutes: '1440' });

  test('is made on the question and named after it; the answer stands in it', async () => {
    const { discord, channel } = speaking;
    const turn = toBeMade();
    const opened = await open(turn).openThread({ signal });
    const message = String(turn.replyTo['message']);
    expect(opened?.conversationKey).toBe(`discord-${message}`);
    expect(opened?.replyTo).toMatchObject({ channel: message, questionChannel: channel, message });
    expect(discord.thread(message)).toMatchObject({
      name: 'How many days of leave do I have?',
      autoArchiveMinutes: 1_440,
    });
    const answered = { ...turn, replyTo: opened?.replyTo ?? {} };
    const id = await open(answered).putPart(0, 'One', put);
    expect(await open(answered, false).putPart(0, 'One two', put)).toBe(id);
    expect(textsIn(message)).toEqual(['One two']);
    expect(textsIn(channel)).toEqual([]);
  });

  test.each([
    [
      'is forbidden',
      () =>
        speaking.discord.setPermissions({
          channel: speaking.channel,
          to: 'bot',
          deny: ['CreatePublicThreads'],
        }),
    ],
    ['would be one too many', () => speaking.discord.setActiveThreadCap(0)],
    [
      'is not known there',
      () => speaking.discord.failNext('startThread', { code: 50_024, status: 400 }),
    ],
  ])('that %s leaves the answer in the channel', async (_, refuse) => {
    const turn = toBeMade();
    refuse();
    const opened = await open(turn).openThread({ signal });
    const { threadArchiveMinutes: _none, ...replyTo } = turn.replyTo;
    expect(opened).toEqual({ replyTo, conversationKey: turn.id });
    await open({ ...turn, replyTo: opened?.replyTo ?? {} }).putPart(0, 'One', put);
    expect(speaking.discord.botMessages(speaking.channel)).toMatchObject([
      { text: 'One', replyTo: turn.replyTo['message'] },
    ]);
  });

  describe('that the bot may not write in', () => {
    const mayNot = (allow: readonly 'ManageThreads'[] = []) =>
      speaking.discord.setPermissions({
        ...{ channel: speaking.channel, to: 'bot', allow },
        deny: ['SendMessagesInThreads'],
      });
    const answerIn = async (turn: Turn) => {
      const opened = await open(turn).openThread({ signal });
      await open({ ...turn, replyTo: opened?.replyTo ?? {} }).putPart(0, 'One', put);
      return opened;
    };

    test('leaves the answer in the channel, and disappears', async () => {
      const { discord, channel } = speaking;
      mayNot(['ManageThreads']);
      const turn = toBeMade();
      const { threadArchiveMinutes: _none, ...replyTo } = turn.replyTo;
      expect(await answerIn(turn)).toEqual({ replyTo, conversationKey: turn.id });
      expect(discord.threads(channel)).toEqual([]);
      expect(discord.botMessages(channel)).toMatchObject([
        { text: 'One', replyTo: turn.replyTo['message'] },
      ]);
      expect(speaking.log.lines).toMatchObject([
        { level: 'warn', event: 'thread made that nothing may be written in' },
      ]);
    });

    test('is archived where the bot may not delete it, and no other one is made for ten minutes', async () => {
      const { discord, channel } = speaking;
      mayNot();
      await answerIn(toBeMade());
      await answerIn(toBeMade());
      expect(discord.threads(channel)).toMatchObject([{ archived: true }]);
      expect(textsIn(channel)).toEqual(['One', 'One']);
      discord.setPermissions({ channel, to: 'bot', allow: ['SendMessagesInThreads'] });
      await clock.advance(600_000);
      await answerIn(toBeMade());
      expect(discord.threads(channel)).toHaveLength(2);
      expect(textsIn(channel)).toEqual(['One', 'One']);
    });

    test('is left alone when a person made it', async () => {
      const { discord, channel, user } = speaking;
      mayNot();
      const turn = toBeMade();
      const message = String(turn.replyTo['message']);
      discord.startThread({ channel, user, message, name: 'How' });
      await answerIn(turn);
      expect(discord.threads(channel)).toMatchObject([{ id: message, archived: false }]);
      expect(textsIn(channel)).toEqual(['One']);
    });

    test('is asked about once in ten minutes where it may be written in', async () => {
      const { discord } = speaking;
      await answerIn(toBeMade());
      discord.failNext('triggerTyping', { status: 503 });
      await answerIn(toBeMade());
      expect(discord.calls('triggerTyping')).toHaveLength(1);
      await clock.advance(600_000);
      await answerIn(toBeMade());
      await answerIn(toBeMade());
      expect(discord.calls('triggerTyping').map(({ status }) => status)).toEqual([204, 503, 204]);
    });
  });

  test('is made later where Discord is away or asks to wait', async () => {
    const reply = open(toBeMade());
    speaking.discord.failNext('startThread', { status: 503 });
    await expect(reply.openThread({ signal })).rejects.toMatchObject({
      code: 'platform_unavailable',
    });
    speaking.discord.failNext('startThread', { status: 429, retryAfterS: 0 });
    await expect(reply.openThread({ signal })).rejects.toMatchObject({
      code: 'platform_rate_limited',
    });
    expect(await reply.openThread({ signal })).toBeDefined();
  });

  test('is not made on a question that is gone, that nobody asked, or that was refused', async () => {
    const { discord, channel } = speaking;
    const gone = toBeMade();
    discord.deleteMessage({ channel, message: String(gone.replyTo['message']) });
    await expect(open(gone).openThread({ signal })).rejects.toMatchObject({
      code: 'reply_deleted',
    });
    expect(await open({ ...toBeMade(), unprompted: true }).openThread({ signal })).toBeUndefined();
    const refused: Turn = { ...toBeMade(), error: { code: 'asking_too_fast' } };
    expect(await open(refused).openThread({ signal })).toBeUndefined();
    expect(discord.threads(channel)).toEqual([]);
  });

  test('that rests is opened again for an edit and a removal; a locked one stays closed', async () => {
    const { discord, channel, user } = speaking;
    const thread = discord.startThread({ channel, user, name: 'How' });
    const reply = open(ask({ channel: thread }));
    await reply.putPart(0, 'One', put);
    await reply.putPart(1, 'Two', put);
    discord.changeThread(thread, { archived: true });
    await reply.putPart(0, 'One two', put);
    discord.changeThread(thread, { archived: true });
    await reply.removePart(1, { signal });
    expect(textsIn(thread)).toEqual(['One two']);
    discord.changeThread(thread, { archived: true, locked: true });
    await expect(reply.putPart(0, 'Three', put)).rejects.toMatchObject({
      code: 'platform_forbidden',
    });
    await expect(reply.putPart(1, 'Four', put)).rejects.toMatchObject({
      code: 'platform_forbidden',
    });
    expect(textsIn(thread)).toEqual(['One two']);
  });

  test('that was deleted holds nothing to remove', async () => {
    const { discord, channel, user } = speaking;
    const thread = discord.startThread({ channel, user, name: 'How' });
    const reply = open(ask({ channel: thread }));
    await reply.putPart(0, 'One', put);
    discord.deleteChannel(thread);
    await reply.removePart(0, { signal });
    await reply.removeStrays({ signal });
    await expect(reply.putPart(0, 'One', put)).rejects.toMatchObject({
      code: 'platform_forbidden',
    });
  });
});

describe('a post in a forum', () => {
  const askInForum = () => {
    const { discord, user, guild } = speaking;
    const forum = discord.addChannel({ type: 'forum', tags: ['answered', 'urgent'] });
    const [answered, urgent] = [discord.tagOf(forum, 'answered'), discord.tagOf(forum, 'urgent')];
    const post = { channel: forum, user, title: 'Leave', text: 'How?', tags: [urgent] };
    const { channel, message } = discord.createForumPost(post);
    const turn = speaking.turnOf(message, { channel, guild, user, message, answeredTag: answered });
    return { turn, channel, tags: () => discord.thread(channel)?.appliedTags, answered, urgent };
  };

  test('gets its tag once, with the whole answer', async () => {
    const { discord } = speaking;
    const { turn, channel, tags, answered, urgent } = askInForum();
    discord.setPermissions({
      channel: discord.thread(channel)?.parent ?? '',
      to: 'bot',
      allow: ['ManageThreads'],
    });
    const reply = open(turn);
    await reply.putPart(0, 'One', { final: false, signal, actions: ['stop'] });
    await reply.putPart(0, 'Sorry', { ...put, actions: ['again'] });
    await reply.putPart(0, 'I found nothing', { ...put, actions: ['feedback', 'again'] });
    expect(tags()).toEqual([urgent]);
    await reply.putPart(0, 'One two', { ...put, actions: ['feedback', 'again', 'passages'] });
    await reply.putPart(0, 'One two', { ...put, actions: ['feedback', 'again', 'passages'] });
    expect(tags()).toEqual([urgent, answered]);
    expect(discord.calls('editChannel')).toHaveLength(1);
  });

  test('is answered also where the tag may not be added', async () => {
    const { turn, channel, tags, urgent } = askInForum();
    await open(turn).putPart(0, 'One', { ...put, actions: ['feedback', 'passages'] });
    expect(textsIn(channel)).toEqual(['One']);
    expect(tags()).toEqual([urgent]);
    expect(speaking.log.lines).toMatchObject([
      {
        level: 'warn',
        event: 'post not marked as answered',
        details: { code: 'platform_forbidden' },
      },
    ]);
  });
});

describe('the bucket of edits', () => {
  const place = { channel: '100000000000000001', user: '100000000000000002' };

  test('is one for each channel', () => {
    expect(speaking.speaker.editBucket(speaking.turnOf('1', place))).toEqual({
      name: 'discord:100000000000000001:edits',
      ...{ limit: 5, windowMs: 5_000, maxKept: 1 },
    });
  });

  test("is a command's own while its token lives", () => {
    const response = {
      ...{ message: '100000000000000003', applicationId: '1', sealedToken: 'x' },
      expiresAtMs: clock.now() + 900_000,
    };
    const nameOf = (turn: Partial<Turn>, expiresAtMs = response.expiresAtMs) => {
      const asked = speaking.turnOf('1', { ...place, response: { ...response, expiresAtMs } });
      return speaking.speaker.editBucket({ ...asked, ...turn }).name;
    };
    expect(nameOf({})).toBe('discord:response:100000000000000003:edits');
    expect(nameOf({}, clock.now() + 59_000)).toBe('discord:100000000000000001:edits');
    expect(nameOf({ repeats: asId('discord-i1') })).toBe('discord:100000000000000001:edits');
  });
});

test('an asker is told in private once, whatever is tried again', async () => {
  const { discord, user } = speaking;
  const turn = ask();
  const reply = open(turn);
  discord.failNext('createMessage', { status: 'apply-then-drop' });
  await expect(reply.noticePrivately('platform_forbidden', { signal })).rejects.toThrow();
  await reply.noticePrivately('platform_forbidden', { signal });
  await clock.advance(600_000);
  await open(turn, false).noticePrivately('platform_forbidden', { signal });
  await open(turn).noticePrivately('answer_cancelled', { signal });
  const direct = discord.openDirectMessage(user);
  expect(textsIn(direct)).toEqual([noticeFor('platform_forbidden')]);
});

test('an asker who takes no direct messages is told nothing', async () => {
  const { discord, channel, guild } = speaking;
  const user = discord.addUser({ name: 'bob', refusesDirectMessages: true });
  const turn = { ...speaking.turnOf('1', { channel, guild, user }), asker: user };
  await expect(open(turn).noticePrivately('platform_forbidden', { signal })).rejects.toMatchObject({
    code: 'platform_forbidden',
  });
});

test('an address that no Discord door wrote is refused', () => {
  const turn = { ...ask(), replyTo: { channel: 'C1' } };
  expect(() => open(turn)).toThrow('payload_invalid');
});

test('an answer whose file Discord refuses goes on in messages, and no word is lost', async () => {
  const { discord, speaker, channel } = speaking;
  discord.setPermissions({ channel, to: 'bot', deny: ['AttachFiles'] });
  const turn = ask();
  const { openFor, saved } = openDelivery(turn, { clock });
  const paragraphs = Array.from({ length: 500 }, (_, n) => `Paragraph ${n} says something.`);
  const finished = openFor(turn, speaker).finish(answer(paragraphs.join('\n\n')));
  let isOver = false;
  void finished.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await Promise.race([finished, clock.whenSleeping()]);
    await clock.advance(1_000);
  }
  const texts = textsIn(channel);
  expect(texts.length).toBeGreaterThan(5);
  expect(texts.flatMap((text) => text.match(/Paragraph \d+ says something\./g))).toEqual(
    paragraphs,
  );
  expect(texts.filter((text) => text.includes('answer.md'))).toEqual([]);
  expect(saved()).toHaveLength(texts.length);
});
