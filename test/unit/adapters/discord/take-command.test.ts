/** `/ask` and the message command: the answer stands in the response. */
import { describe, expect, test, vi } from 'vitest';
import { readAddress } from '../../../../adapters/discord/reply-address.ts';
import {
  discordConversationKey,
  discordInteractionTurnId,
} from '../../../../src/domain/turn-id.ts';
import { type Listening, noRules, setUpListening } from './set-up-listening.ts';

const soon = { timeout: 5_000, interval: 5 };
const answered = async (it: Listening, id: string) => {
  await it.discord.waitFor(() => it.discord.interaction(id).ackType !== undefined);
  return it.discord.interaction(id);
};
const turnOf = (it: Listening, id: string) =>
  vi.waitFor(async () => {
    const turn = await it.store.turns.getTurn(discordInteractionTurnId(id));
    if (turn === undefined) throw new Error('no turn');
    return turn;
  }, soon);
const ask = (it: Listening, question: string, over: { user?: string; channel?: string } = {}) =>
  it.discord.slashCommand({ channel: it.channel, user: it.ann, ...over, options: { question } }).id;

test('/ask is deferred for all to see, and stored with the token that writes its answer', async () => {
  const it = await setUpListening();
  await it.start();
  const id = ask(it, 'How many days of leave?');
  const turn = await turnOf(it, id);
  const { ackType, response } = await answered(it, id);
  expect([ackType, response?.isLoading, response?.onlyFor]).toEqual([5, true, undefined]);
  expect(turn).toMatchObject({ asker: it.ann, question: { text: 'How many days of leave?' } });
  const { token } = it.discord.interaction(id);
  expect(readAddress(turn.replyTo)).toEqual({
    ...{ channel: it.channel, guild: it.discord.guild.id, user: it.ann },
    command: {
      ...{ interaction: id, applicationId: it.discord.applicationId },
      sealedToken: `sealed discord-response:${it.discord.applicationId}:${id} ${token.length}`,
      expiresAtMs: turn.askedAt.getTime() + 15 * 60_000,
    },
  });
  expect((await it.store.conversations.findConversation(turn.id))?.id).toBe(turn.conversationId);
  expect(JSON.stringify([it.log.lines, turn])).not.toContain(token);
});

test.each([
  'before-apply',
  'after-apply',
] as const)('is stored while its deferral is held %s, so that whoever dies meanwhile loses none', async (when) => {
  const it = await setUpListening();
  const dying = await it.start();
  const stop = it.discord.stopAt({ method: 'respond', when });
  const id = ask(it, 'How many days of leave?');
  await stop.reached;
  expect(await turnOf(it, id)).toMatchObject({ open: true, state: 'queued' });
  stop.release('drop');
  await dying.stop();
  expect(await turnOf(it, id)).toMatchObject({ open: true, state: 'queued' });
});

test('used in a thread of ours it joins the conversation, in a direct message it needs no server', async () => {
  const it = await setUpListening();
  await it.start();
  const thread = it.discord.startThread({ channel: it.channel, user: it.ann, name: 'leave' });
  const first = await it.stored(
    it.discord.mention({ channel: thread, user: it.ann, text: 'leave?' }).message,
  );
  const joined = await turnOf(it, ask(it, 'and part-timers?', { channel: thread }));
  expect(joined.conversationId).toBe(first.conversationId);
  const others = it.discord.startThread({ channel: it.channel, user: it.ben, name: 'other' });
  const alone = await turnOf(it, ask(it, 'and here?', { channel: others }));
  expect(
    await it.store.conversations.findConversation(discordConversationKey(others)),
  ).toBeUndefined();
  expect(alone.conversationId).not.toBe(first.conversationId);
  const channel = it.discord.openDirectMessage(it.ann);
  const direct = await turnOf(it, ask(it, 'where?', { channel }));
  expect(readAddress(direct.replyTo)).toMatchObject({ channel, user: it.ann });
  expect(readAddress(direct.replyTo).guild).toBeUndefined();
});

test('/ask names channels and roles as people see them, and not us', async () => {
  const it = await setUpListening();
  const role = it.discord.addRole({ name: 'support' });
  await it.start();
  const typed = `<@${it.discord.bot.id}> may <@&${role}> post in <#${it.channel}>?`;
  expect((await turnOf(it, ask(it, typed))).question.text).toBe('may @support post in #help?');
  const bare = await answered(it, ask(it, `<@${it.discord.bot.id}>`));
  expect(bare.response).toMatchObject({ onlyFor: it.ann, text: expect.stringMatching(/^Hi!/) });
});

test('the message command asks what stands in the message, for whoever used it', async () => {
  const it = await setUpListening();
  await it.start();
  const said = { channel: it.channel, user: it.ben };
  const posted = it.discord.post({ ...said, text: `why is <#${it.channel}> so quiet?` });
  const { id } = it.discord.messageCommand({ ...posted, user: it.ann });
  expect(await turnOf(it, id)).toMatchObject({
    ...{ asker: it.ann, question: { text: 'why is #help so quiet?' } },
  });
  const files = [{ name: 'a.txt', text: 'a' }];
  const wordless = it.discord.post({ ...said, text: '', files });
  const command = it.discord.messageCommand({ ...wordless, user: it.ann });
  const seen = await answered(it, command.id);
  expect(seen.response).toMatchObject({
    ...{ onlyFor: it.ann, text: 'There is no text in this message that I could answer.' },
  });
});

describe('is refused to the person alone', () => {
  test.each<[string, Parameters<Listening['bind']>[0], string]>([
    ['where we are off', { listen: 'off' }, 'I am switched off in this channel.'],
    [
      'by role',
      { rules: { ...noRules, roles: ['1'] } },
      'The rules of this place do not let me answer that. Its moderators can tell you more.',
    ],
    [
      'by word',
      { rules: { ...noRules, blockedWords: ['leave'] } },
      'The rules of this place do not let me answer that. Its moderators can tell you more.',
    ],
  ])('%s', async (_, place, sentence) => {
    const it = await setUpListening();
    it.bind({ channel: it.channel, ...place });
    await it.start();
    const id = ask(it, 'How many days of leave?');
    expect(await answered(it, id)).toMatchObject({
      ackType: 4,
      response: { text: sentence, onlyFor: it.ann, pings: [] },
    });
    expect(await it.allTurns()).toEqual([]);
  });

  test('when blocked, and in haste as often as they try', async () => {
    const it = await setUpListening();
    const rules = { ...noRules, coolDownMs: 600_000, blockedPeople: [it.ben] };
    it.bind({ channel: it.channel, rules });
    await it.start();
    await turnOf(it, ask(it, 'one?'));
    const said = [];
    for (const user of [it.ann, it.ann, it.ben])
      said.push((await answered(it, ask(it, 'more?', { user }))).response?.text);
    const wait = 'That was a little fast for me: please wait 10 minutes, then ask again.';
    expect(said).toEqual([wait, wait, expect.stringMatching(/^The rules of this place/)]);
    expect(await it.allTurns()).toHaveLength(1);
  });
});

test('while the store is away the response says so', async () => {
  const it = await setUpListening();
  await it.start();
  it.down.store = true;
  const id = ask(it, 'How many days of leave?');
  await it.discord.waitFor(() => it.discord.interaction(id).response?.isLoading === false);
  expect(it.discord.interaction(id).response?.text).toBe(
    'I cannot reach my database right now. Please ask again in a while.',
  );
});

test('a defer whose confirmation is lost counts, one that another process made is left to it', async () => {
  const it = await setUpListening();
  await it.start();
  it.discord.failNext('respond', { status: 'apply-then-drop' });
  const lost = ask(it, 'one?');
  await turnOf(it, lost);
  await it.discord.waitFor(() => it.discord.calls('getResponse').length === 1);
  expect(it.discord.interaction(lost).response?.isLoading).toBe(true);
  const other = it.open();
  await other.start();
  const twice = ask(it, 'two?');
  await turnOf(it, twice);
  await vi.waitFor(() => {
    expect(it.log.lines.map(({ event }) => event)).toContain(
      'discord interaction answered elsewhere or too late',
    );
  }, soon);
  expect(await it.allTurns()).toHaveLength(2);
  expect(it.discord.interaction(twice).response?.isLoading).toBe(true);
});
