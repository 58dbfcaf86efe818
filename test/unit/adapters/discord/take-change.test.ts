/** Edits, deletions, and threads that disappear. */
import { expect, test, vi } from 'vitest';
import { noRules, setUpListening } from './set-up-listening.ts';

const soon = { timeout: 5_000, interval: 5 };

test('an edited question is asked as it stands now, and a preview is no edit', async () => {
  const it = await setUpListening();
  await it.start();
  const posted = it.discord.mention({ channel: it.channel, user: it.ann, text: 'leave?' });
  await it.stored(posted.message);
  it.discord.unfurl({ ...posted, url: 'https://example.com/a' });
  it.discord.startThread({ ...posted, user: it.ann, name: 'leave' });
  await it.settle();
  expect((await it.stored(posted.message)).revision).toBeUndefined();
  it.discord.edit({ ...posted, text: '{bot} leave this year?' });
  await vi.waitFor(async () => {
    expect(await it.turnOf(posted.message)).toMatchObject({
      question: { text: 'leave this year?' },
      revision: 1,
    });
  }, soon);
  it.discord.edit({ ...posted, text: '{bot}  leave this year?' });
  await it.settle();
  expect((await it.stored(posted.message)).revision).toBe(1);
});

test('a post that is renamed after an edit keeps its question', async () => {
  const it = await setUpListening();
  const forum = it.discord.addChannel({ type: 'forum' });
  await it.start();
  const said = { channel: forum, user: it.ann, title: 'Printer' };
  const post = it.discord.createForumPost({ ...said, text: '{bot} why does it blink' });
  await it.stored(post.message);
  it.discord.edit({ ...post, text: '{bot} why does it blink?' });
  await it.settle(post.channel);
  it.discord.changeThread(post.channel, { name: '[SOLVED] Printer' });
  it.discord.unfurl({ ...post, url: 'https://example.com/a' });
  await it.settle(post.channel);
  expect(await it.turnOf(post.message)).toMatchObject({
    ...{ question: { text: 'Printer\n\nwhy does it blink?' }, revision: 1 },
  });
  it.discord.edit({ ...post, text: '{bot} why does it blink twice?' });
  await it.settle(post.channel);
  expect(await it.turnOf(post.message)).toMatchObject({
    ...{ question: { text: '[SOLVED] Printer\n\nwhy does it blink twice?' }, revision: 2 },
  });
});

test('what was edited long ago is not edited when Discord tells of it again, whoever took it in', async () => {
  const minutesAgo = (minutes: number) => ({ now: () => Date.now() - minutes * 60_000 });
  const it = await setUpListening({ clock: minutesAgo(11) });
  await it.start();
  const posted = it.discord.mention({ channel: it.channel, user: it.ann, text: 'leave?' });
  await it.stored(posted.message);
  it.discord.edit({ ...posted, text: '{bot} leave this year?' });
  await it.settle();
  expect((await it.stored(posted.message)).revision).toBeUndefined();
});

test('an edit that puts a mention in makes a question', async () => {
  const it = await setUpListening();
  await it.start();
  const posted = it.discord.post({ channel: it.channel, user: it.ann, text: 'leave?' });
  await it.settle();
  expect(await it.turnOf(posted.message)).toBeUndefined();
  it.discord.edit({ ...posted, text: '{bot} leave?' });
  expect((await it.stored(posted.message)).question.text).toBe('leave?');
});

test('an edit of something else, or into blocked words, changes nothing', async () => {
  const it = await setUpListening();
  it.bind({ channel: it.channel, rules: { ...noRules, blockedWords: ['lottery'] } });
  await it.start();
  const chatter = it.discord.post({ channel: it.channel, user: it.ann, text: 'hello' });
  const posted = it.discord.mention({ channel: it.channel, user: it.ann, text: 'leave?' });
  await it.stored(posted.message);
  it.discord.edit({ ...chatter, text: 'hello there' });
  it.discord.edit({ ...posted, text: '{bot} who won the lottery?' });
  await it.settle();
  expect((await it.stored(posted.message)).question.text).toBe('leave?');
  expect(await it.turnOf(chatter.message)).toBeUndefined();
});

test('who may not ask does not come to it by an edit', async () => {
  const it = await setUpListening();
  it.bind({ channel: it.channel, rules: { ...noRules, blockedWords: ['lottery'] } });
  await it.start();
  const said = { channel: it.channel, user: it.ann };
  const posted = it.discord.mention({ ...said, text: 'who won the lottery?' });
  await it.stored(posted.message);
  it.discord.edit({ ...posted, text: '{bot} who won?' });
  await it.settle();
  expect((await it.stored(posted.message)).error).toEqual({ code: 'asking_not_allowed' });
});

test('who is blocked by now changes nothing', async () => {
  const it = await setUpListening();
  const first = await it.start();
  const posted = it.discord.mention({ channel: it.channel, user: it.ann, text: 'leave?' });
  await it.stored(posted.message);
  await first.stop();
  it.bind({ channel: it.channel, rules: { ...noRules, blockedPeople: [it.ann] } });
  await it.start();
  it.discord.edit({ ...posted, text: '{bot} and this year?' });
  await it.settle();
  expect((await it.stored(posted.message)).question.text).toBe('leave?');
});

test('deleted questions are taken back, alone and many at once', async () => {
  const it = await setUpListening();
  await it.start();
  const ask = (text: string) => it.discord.mention({ channel: it.channel, user: it.ann, text });
  const [one, two, three] = [ask('one?'), ask('two?'), ask('three?')];
  for (const { message } of [one, two, three]) await it.stored(message);
  it.discord.deleteMessage(one);
  it.discord.bulkDelete({ channel: it.channel, messages: [two.message, three.message] });
  await it.settle();
  for (const { message } of [one, two, three])
    expect(await it.turnOf(message)).toMatchObject({ removeReply: true });
});

test.each(['thread', 'channel'] as const)('of a %s that is gone nobody works on', async (kind) => {
  const it = await setUpListening();
  await it.start();
  const thread = it.discord.startThread({ channel: it.channel, user: it.ann, name: 'leave' });
  const posted = it.discord.mention({ channel: thread, user: it.ann, text: 'leave?' });
  await it.stored(posted.message);
  it.discord.deleteChannel(kind === 'thread' ? thread : it.channel);
  await vi.waitFor(async () => {
    expect(await it.turnOf(posted.message)).toMatchObject({ removeReply: true });
  }, soon);
});

test('while the store is away nothing is lost, and the order is kept', async () => {
  const it = await setUpListening();
  await it.start();
  it.down.store = true;
  const first = it.discord.mention({ channel: it.channel, user: it.ann, text: 'one?' });
  const second = it.discord.mention({ channel: it.channel, user: it.ann, text: 'two?' });
  it.discord.edit({ ...first, text: '{bot} one and a half?' });
  it.discord.deleteMessage(second);
  await vi.waitFor(() => expect(it.troubles()).toContain('discord event is tried again'), soon);
  it.down.store = false;
  await it.settle();
  expect(await it.turnOf(first.message)).toMatchObject({ question: { text: 'one and a half?' } });
  expect(await it.turnOf(second.message)).toMatchObject({ removeReply: true });
});
