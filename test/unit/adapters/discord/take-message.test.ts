/** What of the things that people write becomes a question, and where its answer goes. */
import { describe, expect, test, vi } from 'vitest';
import { readAddress } from '../../../../adapters/discord/reply-address.ts';
import { discordConversationKey } from '../../../../src/domain/turn-id.ts';
import { noRules, setUpListening } from './set-up-listening.ts';

const addressOf = (turn: { readonly replyTo: Readonly<Record<string, string>> }) =>
  readAddress(turn.replyTo);

describe('in a channel', () => {
  test.each([
    'user',
    'nick',
    'role',
  ] as const)('a mention by %s is a question whose answer gets a thread', async (by) => {
    const it = await setUpListening();
    await it.start();
    const text = 'How many days of leave do I have?';
    const posted = it.discord.mention({ channel: it.channel, user: it.ann, text, by });
    const turn = await it.stored(posted.message);
    expect(turn).toMatchObject({ question: { text }, asker: it.ann, audience: 'public' });
    expect(turn.unprompted).toBeUndefined();
    expect(addressOf(turn)).toEqual({
      ...{ channel: it.channel, guild: it.discord.guild.id, user: it.ann },
      ...{ message: posted.message, threadArchiveMinutes: '1440' },
    });
    const key = discordConversationKey(posted.message);
    expect(await it.store.conversations.findConversation(key)).toMatchObject({
      ...{ id: turn.conversationId, platform: 'discord', place: it.channel, name: text },
    });
  });

  test('names people, roles and channels as their readers see them', async () => {
    const it = await setUpListening();
    const role = it.discord.addRole({ name: 'support' });
    await it.start();
    const posted = it.discord.mention({
      ...{ channel: it.channel, user: it.ann },
      text: `{bot} may <@${it.ben}> of <@&${role}> post in <#${it.channel}>?`,
    });
    expect((await it.stored(posted.message)).question.text).toBe(
      'may @ben of @support post in #help?',
    );
  });

  test('everybody, other roles, bots, webhooks, system lines and what is said to others call nobody', async () => {
    const it = await setUpListening();
    const role = it.discord.addRole({ name: 'support' });
    const robot = it.discord.addUser({ name: 'robot', isBot: true });
    await it.start();
    const said = { channel: it.channel, user: it.ann };
    it.discord.post({ ...said, text: '@everyone the office is closed today, ok?' });
    it.discord.post({ ...said, text: `<@&${role}> can you help?` });
    it.discord.post({ ...said, text: `<@${it.ben}> can you help?` });
    it.discord.mention({ ...said, user: robot, text: 'can you help?' });
    it.discord.mention({ ...said, text: 'can you help?', webhook: true });
    it.discord.mention({ ...said, text: 'can you help?', type: 6 });
    it.discord.post({ ...said, text: 'can anybody help?' });
    await it.settle();
    expect(await it.allTurns()).toHaveLength(1);
    expect(it.troubles()).toEqual([]);
  });

  test('a bare mention is stored to be told how to ask, without a thread', async () => {
    const it = await setUpListening();
    await it.start();
    const { message } = it.discord.mention({ channel: it.channel, user: it.ann, text: '' });
    const turn = await it.stored(message);
    expect(turn.error).toEqual({ code: 'question_empty' });
    expect(addressOf(turn).threadArchiveMinutes).toBeUndefined();
  });

  test('of a question that is refused nothing is stored, not even as the name of its conversation', async () => {
    const it = await setUpListening();
    it.bind({ channel: it.channel, rules: { ...noRules, blockedWords: ['canary'] } });
    const open = it.discord.addChannel();
    await it.start();
    const said = { user: it.ann, text: `canary ${'x'.repeat(16_000)}` };
    for (const channel of [it.channel, open]) {
      const files = [{ name: 'canary.txt', text: 'a' }];
      const { message } = it.discord.mention({ ...said, channel, files });
      const turn = await it.stored(message);
      expect(turn.error).toBeDefined();
      const conversation = await it.store.conversations.getConversation(turn.conversationId);
      expect(JSON.stringify([turn, conversation])).not.toContain('canary');
    }
  });

  test('a file without a word asks what is in it', async () => {
    const it = await setUpListening();
    await it.start();
    const files = [{ name: 'plan.txt', text: 'leeds and utrecht' }];
    const posted = it.discord.mention({ channel: it.channel, user: it.ann, text: '', files });
    expect((await it.stored(posted.message)).question).toMatchObject({
      text: 'What is in plan.txt?',
      files: [{ name: 'plan.txt', sizeBytes: 17 }],
    });
  });

  test('a channel that takes no threads gets the answer as a reply', async () => {
    const it = await setUpListening();
    const voice = it.discord.addChannel({ type: 'voice' });
    await it.start();
    const posted = it.discord.mention({ channel: voice, user: it.ann, text: 'louder?' });
    expect(addressOf(await it.stored(posted.message))).toMatchObject({ channel: voice });
    expect(addressOf(await it.stored(posted.message)).threadArchiveMinutes).toBeUndefined();
  });

  test('where we are off nothing is answered, where a place binds it that counts', async () => {
    const it = await setUpListening();
    const quiet = it.discord.addChannel();
    it.bind({ channel: quiet, listen: 'off' });
    it.bind({ guild: it.discord.guild.id, audience: 'team' });
    await it.start();
    const off = it.discord.mention({ channel: quiet, user: it.ann, text: 'hello?' });
    const thread = it.discord.startThread({ channel: quiet, user: it.ann, name: 'x' });
    const inside = it.discord.mention({ channel: thread, user: it.ann, text: 'hello?' });
    const on = it.discord.mention({ channel: it.channel, user: it.ann, text: 'hello?' });
    expect((await it.stored(on.message)).audience).toBe('team');
    expect([await it.turnOf(off.message), await it.turnOf(inside.message)]).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe('overheard where we listen to everything', () => {
  test('what looks like a question is unprompted, and answered where it was said', async () => {
    const it = await setUpListening();
    it.bind({ channel: it.channel, listen: 'all' });
    await it.start();
    const said = { channel: it.channel, user: it.ann };
    const asked = it.discord.post({ ...said, text: 'is there a printer?' });
    const others = [
      it.discord.post({ ...said, text: 'there is a printer.' }),
      it.discord.post({ ...said, text: `<@${it.ben}> is there a printer?` }),
      it.discord.post({ ...said, text: '@everyone is there a printer?' }),
      it.discord.reply({ ...said, user: it.ben, to: asked.message, text: 'why?', ping: false }),
    ];
    await it.settle();
    const turn = await it.stored(asked.message);
    expect(turn.unprompted).toBe(true);
    expect(addressOf(turn).threadArchiveMinutes).toBeUndefined();
    for (const { message } of others) expect(await it.turnOf(message)).toBeUndefined();
  });
});

describe('in a thread', () => {
  test('of others a mention is a question there, with what was said before', async () => {
    const it = await setUpListening();
    await it.start();
    const thread = it.discord.startThread({ channel: it.channel, user: it.ben, name: 'leave' });
    const posted = it.discord.mention({ channel: thread, user: it.ann, text: 'and this year?' });
    const turn = await it.stored(posted.message);
    expect(turn.readThread).toBe(true);
    expect(addressOf(turn)).toEqual({
      ...{ channel: thread, guild: it.discord.guild.id, user: it.ann, message: posted.message },
    });
    const key = discordConversationKey(thread);
    expect((await it.store.conversations.findConversation(key))?.id).toBe(turn.conversationId);
  });

  test('that was made on a question, who asked there is understood without a mention', async () => {
    const it = await setUpListening();
    await it.start();
    const asked = it.discord.mention({ channel: it.channel, user: it.ann, text: 'leave?' });
    const first = await it.stored(asked.message);
    const wish = { channel: it.channel, message: asked.message, name: 'leave' };
    const thread = it.discord.startThread({ ...wish, user: it.ann });
    const stranger = it.discord.post({ channel: thread, user: it.ben, text: 'thank you' });
    const more = it.discord.post({ channel: thread, user: it.ann, text: 'and part-timers?' });
    const second = await it.stored(more.message);
    expect(second.conversationId).toBe(first.conversationId);
    expect(second.readThread).toBeUndefined();
    expect(await it.turnOf(stranger.message)).toBeUndefined();
  });

  test('what is said to somebody by name, or in reply to them, is theirs', async () => {
    const it = await setUpListening();
    await it.start();
    const thread = it.discord.startThread({ channel: it.channel, user: it.ann, name: 'leave' });
    const said = { channel: thread, user: it.ann };
    const asked = await it.stored(it.discord.mention({ ...said, text: 'leave?' }).message);
    const sure = it.discord.post({ channel: thread, user: it.ben, text: 'sure' });
    const theirs = [
      it.discord.post({ ...said, text: `<@${it.ben}> can you approve my leave?` }),
      it.discord.reply({ ...said, to: sure.message, text: 'thanks', ping: false }),
    ];
    const own = asked.id.replace('discord-', '');
    const more = it.discord.reply({ ...said, to: own, text: 'I mean the paid one', ping: false });
    expect((await it.stored(more.message)).conversationId).toBe(asked.conversationId);
    for (const { message } of theirs) expect(await it.turnOf(message)).toBeUndefined();
  });

  test('a mention in reply to somebody has what it replies to read too', async () => {
    const it = await setUpListening();
    await it.start();
    const thread = it.discord.startThread({ channel: it.channel, user: it.ben, name: 'leave' });
    const line = it.discord.post({ channel: thread, user: it.ben, text: 'It says 25 days.' });
    const said = { channel: thread, user: it.ann, to: line.message };
    const turn = await it.stored(it.discord.reply({ ...said, text: '{bot} is it so?' }).message);
    expect(turn.readThread).toBe(true);
    expect(addressOf(turn)).toMatchObject({ repliedTo: line.message });
    expect(addressOf(turn).reads).toBeUndefined();
  });

  test('who was told that they may not ask is not told so again for all they say', async () => {
    const it = await setUpListening();
    it.bind({ channel: it.channel, rules: { ...noRules, roles: ['1'] } });
    await it.start();
    const thread = it.discord.startThread({ channel: it.channel, user: it.ben, name: 'leave' });
    const said = { channel: thread, user: it.ann };
    const refused = await it.stored(it.discord.mention({ ...said, text: 'leave?' }).message);
    expect(refused.error).toEqual({ code: 'asking_not_allowed' });
    const more = it.discord.post({ ...said, text: 'what a pity' });
    await it.settle(thread);
    expect(await it.turnOf(more.message)).toBeUndefined();
  });

  test('nobody is understood without a mention where follow-ups are off', async () => {
    const it = await setUpListening({ followUps: false });
    await it.start();
    const thread = it.discord.startThread({ channel: it.channel, user: it.ann, name: 'leave' });
    const said = { channel: thread, user: it.ann };
    await it.stored(it.discord.mention({ ...said, text: 'leave?' }).message);
    const more = it.discord.post({ ...said, text: 'and part-timers?' });
    await it.settle(thread);
    expect(await it.turnOf(more.message)).toBeUndefined();
  });
});

describe('a reply to our message outside of a thread', () => {
  const setUp = async () => {
    const it = await setUpListening();
    await it.start();
    const asked = it.discord.mention({ channel: it.channel, user: it.ann, text: 'leave?' });
    const first = await it.stored(asked.message);
    return { it, first, asked };
  };

  test('joins the conversation of its buttons, from anybody when it rings', async () => {
    const { it, first } = await setUp();
    const components = [
      { type: 2, style: 2, label: 'Helpful', custom_id: `fn:helpful:${first.id}` },
    ];
    const to = await it.post({ content: '25 days', components: [{ type: 1, components }] });
    const said = { channel: it.channel, user: it.ben, to };
    const quiet = it.discord.reply({ ...said, text: 'nice', ping: false });
    const rings = it.discord.reply({ ...said, text: 'for me too?' });
    const turn = await it.stored(rings.message);
    expect(turn.conversationId).toBe(first.conversationId);
    expect(addressOf(turn).threadArchiveMinutes).toBeUndefined();
    expect(await it.turnOf(quiet.message)).toBeUndefined();
  });

  test('joins by the question that the message replies to, and without a ring from who asked', async () => {
    const { it, first, asked } = await setUp();
    const to = await it.post({
      content: '25 days',
      message_reference: { message_id: asked.message },
    });
    const said = { channel: it.channel, user: it.ann, to };
    const quiet = it.discord.reply({ ...said, text: 'and part-timers', ping: false });
    expect((await it.stored(quiet.message)).conversationId).toBe(first.conversationId);
  });

  test('joins by any of its messages, as the middle of a long answer tells nothing', async () => {
    const { it, first, asked } = await setUp();
    const message_reference = { message_id: asked.message };
    const beginning = await it.post({ content: 'one', message_reference });
    const middle = await it.post({
      content: 'two',
      message_reference: { message_id: beginning },
    });
    const parts = [beginning, middle].map((platformId, index) => ({ index, platformId }));
    await it.answer(first, { parts });
    const said = { channel: it.channel, user: it.ann, to: middle };
    const rings = it.discord.reply({ ...said, text: 'and part-timers?' });
    const quiet = it.discord.reply({ ...said, text: 'and trainees', ping: false });
    for (const { message } of [rings, quiet])
      expect((await it.stored(message)).conversationId).toBe(first.conversationId);
    expect(addressOf(await it.stored(rings.message)).threadArchiveMinutes).toBeUndefined();
  });

  test('to something that is no answer is a question of its own when it rings', async () => {
    const { it, first } = await setUp();
    const to = await it.post({ content: 'hello' });
    const said = { channel: it.channel, user: it.ben, to };
    const turn = await it.stored(it.discord.reply({ ...said, text: 'who are you?' }).message);
    expect(turn.conversationId).not.toBe(first.conversationId);
    expect(addressOf(turn).threadArchiveMinutes).toBe('1440');
  });
});

describe('a mention in reply to somebody else', () => {
  const setUp = async (text: string) => {
    const it = await setUpListening();
    await it.start();
    const said = { channel: it.channel, user: it.ben, text: 'The VPN drops every hour, why?' };
    const to = it.discord.post(said).message;
    const { message } = it.discord.reply({ channel: it.channel, user: it.ann, to, text });
    return { to, turn: await it.stored(message) };
  };

  test('is a question about that message, which is read, and of the channel nothing else', async () => {
    const { to, turn } = await setUp('{bot} can you answer this?');
    expect(turn).toMatchObject({ question: { text: 'can you answer this?' }, readThread: true });
    expect(addressOf(turn)).toMatchObject({
      ...{ repliedTo: to, reads: 'replied', threadArchiveMinutes: '1440' },
    });
  });

  test('asks what that message asks when it says nothing else', async () => {
    const { turn } = await setUp('{bot}');
    expect(turn.question.text).toBe('The VPN drops every hour, why?');
  });
});

describe('a post in a forum', () => {
  test('is a question with its title where we listen to everything, and carries the tag', async () => {
    const it = await setUpListening();
    const forum = it.discord.addChannel({ type: 'forum', tags: ['answered'] });
    const answeredTag = it.discord.tagOf(forum, 'answered');
    it.bind({ channel: forum, listen: 'all', answeredTag });
    await it.start();
    const wish = { channel: forum, user: it.ann, title: 'Printer broken' };
    const post = it.discord.createForumPost({ ...wish, text: 'It blinks.' });
    const turn = await it.stored(post.message);
    expect(turn).toMatchObject({
      question: { text: 'Printer broken\n\nIt blinks.' },
      unprompted: true,
    });
    expect(addressOf(turn)).toMatchObject({ channel: post.channel, answeredTag });
    expect(addressOf(turn).threadArchiveMinutes).toBeUndefined();
  });

  test('elsewhere it is one when it mentions us', async () => {
    const it = await setUpListening();
    const forum = it.discord.addChannel({ type: 'forum' });
    await it.start();
    const wish = { channel: forum, user: it.ann, title: 'Printer broken' };
    const silent = it.discord.createForumPost({ ...wish, text: 'It blinks.' });
    const called = it.discord.createForumPost({ ...wish, text: '{bot} why does it blink?' });
    const turn = await it.stored(called.message);
    expect(turn.question.text).toBe('Printer broken\n\nwhy does it blink?');
    expect([turn.unprompted, turn.readThread]).toEqual([undefined, undefined]);
    expect(await it.turnOf(silent.message)).toBeUndefined();
  });
});

describe('direct messages', () => {
  test('go on with one conversation until a new topic is asked for', async () => {
    const it = await setUpListening();
    await it.start();
    const say = (text: string) => it.discord.directMessage({ user: it.ann, text });
    const first = await it.stored(say('How many days of leave?').message);
    const second = await it.stored(say('and part-timers?').message);
    const anew = say('New topic!');
    const third = await it.stored(say('Where is the printer?').message);
    expect(second.conversationId).toBe(first.conversationId);
    expect(third.conversationId).not.toBe(first.conversationId);
    expect(await it.turnOf(anew.message)).toBeUndefined();
    expect(addressOf(third)).toEqual({
      ...{ channel: anew.channel, user: it.ann },
      message: third.id.replace('discord-', ''),
    });
    expect(it.discord.botMessages(anew.channel).map(({ text }) => text)).toEqual([
      'A new topic, then. What would you like to know?',
    ]);
  });
});

describe('the rules of a place', () => {
  test('refuse by role, by word and by haste, and pass over the blocked', async () => {
    const it = await setUpListening();
    const role = it.discord.addRole({ name: 'members' });
    it.discord.setRoles(it.ann, [role]);
    const eve = it.discord.addUser({ name: 'eve', roles: [role] });
    it.bind({
      guild: it.discord.guild.id,
      rules: {
        ...{ coolDownMs: 60_000, roles: [role], blockedWords: ['Lottery'], blockedPeople: [eve] },
      },
    });
    await it.start();
    const mention = (user: string, text: string) =>
      it.discord.mention({ channel: it.channel, user, text }).message;
    const blocked = mention(eve, 'may I?');
    const strange = mention(it.ben, 'may I?');
    const word = mention(it.ann, 'who won the LOTTERY?');
    const fine = mention(it.ann, 'who won the lotteries?');
    const soon = mention(it.ann, 'and who else?');
    const again = mention(it.ann, 'hello?');
    const { error } = await it.stored(soon);
    expect(error).toEqual({ code: 'asking_too_fast', retryAfterMs: expect.any(Number) });
    expect(error?.retryAfterMs).toBeGreaterThan(0);
    expect(error?.retryAfterMs).toBeLessThanOrEqual(60_000);
    expect(addressOf(await it.stored(soon)).threadArchiveMinutes).toBeUndefined();
    expect((await it.stored(strange)).error).toEqual({ code: 'asking_not_allowed' });
    expect((await it.stored(word)).error).toEqual({ code: 'asking_not_allowed' });
    expect((await it.stored(fine)).error).toBeUndefined();
    it.discord.setRoles(it.ben, [role]);
    const now = mention(it.ben, 'may I now?');
    expect((await it.stored(now)).error).toBeUndefined();
    expect([await it.turnOf(blocked), await it.turnOf(again)]).toEqual([undefined, undefined]);
  });

  test('tell of haste although the store was away', async () => {
    const it = await setUpListening();
    it.bind({ channel: it.channel, rules: { ...noRules, coolDownMs: 60_000 } });
    await it.start();
    const said = { channel: it.channel, user: it.ann };
    await it.stored(it.discord.mention({ ...said, text: 'one?' }).message);
    it.down.store = true;
    const { message } = it.discord.mention({ ...said, text: 'two?' });
    await vi.waitFor(() => expect(it.troubles()).toContain('discord event is tried again'));
    it.down.store = false;
    expect((await it.stored(message)).error).toMatchObject({ code: 'asking_too_fast' });
  });

  test('make nobody wait for what was not answered', async () => {
    const it = await setUpListening();
    const rules = { ...noRules, coolDownMs: 60_000 };
    it.bind({ channel: it.channel, listen: 'all', rules });
    await it.start();
    const said = { channel: it.channel, user: it.ann };
    const overheard = it.discord.post({ ...said, text: 'anybody for lunch?' });
    const bare = it.discord.mention({ ...said, text: '' });
    const again = it.discord.mention({ ...said, text: '' });
    const asked = it.discord.mention({ ...said, text: 'how many days?' });
    expect((await it.stored(asked.message)).error).toBeUndefined();
    expect((await it.stored(overheard.message)).unprompted).toBe(true);
    expect((await it.stored(bare.message)).error).toEqual({ code: 'question_empty' });
    expect(await it.turnOf(again.message)).toBeUndefined();
  });

  test('pass over a bare mention of who is blocked', async () => {
    const it = await setUpListening();
    it.bind({ channel: it.channel, rules: { ...noRules, blockedPeople: [it.ann] } });
    await it.start();
    const bare = it.discord.mention({ channel: it.channel, user: it.ann, text: '' });
    await it.settle();
    expect(await it.turnOf(bare.message)).toBeUndefined();
  });

  test('say nothing to what nobody put to us', async () => {
    const it = await setUpListening();
    it.bind({
      channel: it.channel,
      listen: 'all',
      rules: { ...noRules, blockedWords: ['lottery'] },
    });
    await it.start();
    const said = { channel: it.channel, user: it.ann };
    const posted = it.discord.post({ ...said, text: 'who won the lottery?' });
    it.discord.mention({ ...said, text: 'the end?' });
    const last = it.discord.mention({ ...said, text: 'the end?' });
    await it.stored(last.message);
    expect(await it.turnOf(posted.message)).toBeUndefined();
  });
});
