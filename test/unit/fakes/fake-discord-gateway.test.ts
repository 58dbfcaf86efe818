/** The fake's gateway greets, tells, forgets and ends as Discord's does. */
import { describe, expect, it } from 'vitest';
import {
  connect,
  createStillClock,
  everyIntent,
  identify,
  say,
  startWithWorld,
} from './fake-discord-setup.ts';

const guilds = 1;
const guildMessages = 1 << 9;
const messageContent = 1 << 15;

describe('IDENTIFY', () => {
  it('is answered by READY and a whole guild', async () => {
    const { fake, channel } = await startWithWorld();
    const client = await identify(fake);
    const ready = await client.received(({ t }) => t === 'READY');
    expect(ready).toMatchObject({ op: 0, s: 1, d: { v: 10, user: { id: fake.bot.id } } });
    expect(ready.d.resume_gateway_url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/gateway$/);
    expect(ready.d.guilds).toEqual([{ id: fake.guild.id, unavailable: true }]);
    const guild = await client.received(({ t }) => t === 'GUILD_CREATE');
    expect(guild.d).toMatchObject({ id: fake.guild.id, channels: [{ id: channel }], threads: [] });
    expect(guild.d.members[0].user.id).toBe(fake.bot.id);
    expect(guild.d.roles[1].tags).toEqual({ bot_id: fake.bot.id });
  });

  it.each([
    ['a wrong token', { token: 'x', intents: guilds }, 4004],
    ['unknown intents', { intents: 1 << 30 }, 4013],
    ['no intents', {}, 4013],
    ['an intent that is not switched on', { intents: guilds | messageContent }, 4014],
    ['members, which nobody switched on', { intents: 1 << 1 }, 4014],
    ['a shard out of range', { intents: guilds, shard: [2, 2] }, 4010],
  ])('with %s ends the connection', async (_what, data, code) => {
    const { fake } = await startWithWorld({ messageContent: false });
    const client = await connect(fake);
    client.send(2, { token: fake.token, ...data });
    expect(await client.closeCode()).toBe(code);
    expect(fake.sessions()).toEqual([]);
  });

  it('twice, another frame before it, an unknown opcode and no JSON end the connection', async () => {
    const { fake } = await startWithWorld();
    const twice = await identify(fake);
    twice.send(2, { token: fake.token, intents: guilds });
    expect(await twice.closeCode()).toBe(4005);
    const early = await connect(fake);
    early.send(3, {});
    expect(await early.closeCode()).toBe(4003);
    const unknown = await connect(fake);
    unknown.send(99, {});
    expect(await unknown.closeCode()).toBe(4001);
    const broken = await connect(fake);
    broken.sendText('{');
    expect(await broken.closeCode()).toBe(4002);
  });

  it('uses up the day', async () => {
    const { fake } = await startWithWorld({ sessionStarts: 1 });
    await identify(fake);
    const late = await connect(fake);
    late.send(2, { token: fake.token, intents: guilds });
    expect(await late.closeCode()).toBe(4004);
  });

  it('works again when the token and the intent are mended', async () => {
    const { fake } = await startWithWorld({ messageContent: false });
    fake.setTokenState('revoked');
    const revoked = await connect(fake);
    revoked.send(2, { token: fake.token, intents: guilds });
    expect(await revoked.closeCode()).toBe(4004);
    fake.setTokenState('valid');
    fake.allowMessageContent(true);
    expect((await identify(fake)).events()).toContain('READY');
  });
});

describe('events', () => {
  it('carry a message as people wrote it, with its author and member', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const client = await identify(fake);
    const { message } = fake.mention({ channel, user: ann, text: 'why?' });
    const { d } = await client.received(({ t }) => t === 'MESSAGE_CREATE');
    expect(d).toMatchObject({
      ...{ id: message, channel_id: channel, guild_id: fake.guild.id, type: 0 },
      ...{ content: `<@${fake.bot.id}> why?`, author: { id: ann, username: 'ann' } },
      ...{ mentions: [{ id: fake.bot.id, bot: true }], mention_everyone: false },
      member: { roles: [] },
    });
    expect(d.member.user).toBeUndefined();
  });

  it('say who was called: by id, by nickname, by the role of the bot', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const client = await identify(fake);
    fake.mention({ channel, user: ann, text: 'a', by: 'nick' });
    fake.mention({ channel, user: ann, text: 'b', by: 'role' });
    const byRole = await client.received(({ d }) => d?.content?.endsWith('b'));
    expect(byRole.d).toMatchObject({ mentions: [], mention_roles: [fake.guild.botRole] });
    const byNick = await client.received(({ d }) => d?.content?.endsWith('a'));
    expect(byNick.d).toMatchObject({ content: `<@!${fake.bot.id}> a` });
    expect(byNick.d.mentions).toHaveLength(1);
  });

  it('come by intent, empty without the content intent, and not from where the bot sees nothing', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const secret = fake.addChannel({ name: 'secret' });
    fake.setPermissions({ channel: secret, to: 'everyone', deny: ['ViewChannel'] });
    const deaf = await identify(fake, { intents: guilds });
    const blind = await identify(fake, { intents: guilds | guildMessages });
    const all = await identify(fake);
    fake.post({ channel: secret, user: ann, text: 'unheard' });
    fake.directMessage({ user: ann, text: 'direct' });
    fake.post({ channel, user: ann, text: 'heard' });
    const last = await all.received(({ d }) => d?.content === 'heard');
    expect(last.d.guild_id).toBe(fake.guild.id);
    expect(all.frames.filter(({ t }) => t === 'MESSAGE_CREATE')).toHaveLength(2);
    const seen = await blind.received(({ t }) => t === 'MESSAGE_CREATE');
    expect(seen.d).toMatchObject({ content: '', channel_id: channel });
    expect(deaf.events()).not.toContain('MESSAGE_CREATE');
  });

  it('show a guild in an outage as unavailable, and tell of nothing in it until that is over', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const { id } = fake.guild;
    fake.setUnavailable(id, true);
    const client = await identify(fake);
    fake.post({ channel, user: ann, text: 'one' });
    fake.setUnavailable(id, false);
    fake.post({ channel, user: ann, text: 'two' });
    fake.setUnavailable(id, true);
    await client.received(({ t }) => t === 'GUILD_DELETE');
    expect(client.events()).toEqual([
      ...['READY', 'GUILD_CREATE', 'GUILD_CREATE', 'MESSAGE_CREATE', 'GUILD_DELETE'],
    ]);
    const [, outage, whole, , again] = client.frames.filter(({ t }) => typeof t === 'string');
    expect([outage?.d, again?.d]).toEqual(Array(2).fill({ id, unavailable: true }));
    expect(whole?.d).toMatchObject({ id, unavailable: false, name: 'Town' });
  });

  it('tell edits, previews, deletions and the end of channels and guilds', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const client = await identify(fake);
    const place = fake.post({ channel, user: ann, text: 'one' });
    fake.edit({ ...place, text: 'two' });
    fake.unfurl({ ...place, url: 'https://example.org' });
    const other = fake.post({ channel, user: ann, text: 'three' });
    const third = fake.post({ channel, user: ann, text: 'four' });
    fake.deleteMessage(place);
    fake.bulkDelete({ channel, messages: [other.message, third.message] });
    fake.deleteChannel(channel);
    fake.removeBotFrom(fake.guild.id);
    await client.received(({ t }) => t === 'GUILD_DELETE');
    expect(client.events().slice(2)).toEqual([
      ...['MESSAGE_CREATE', 'MESSAGE_UPDATE', 'MESSAGE_UPDATE', 'MESSAGE_CREATE', 'MESSAGE_CREATE'],
      ...['MESSAGE_DELETE', 'MESSAGE_DELETE_BULK', 'CHANNEL_DELETE', 'GUILD_DELETE'],
    ]);
    const [edited, previewed] = client.frames.filter(({ t }) => t === 'MESSAGE_UPDATE');
    expect(edited?.d.edited_timestamp).not.toBeNull();
    expect(previewed?.d).toMatchObject({
      content: 'two',
      edited_timestamp: edited?.d.edited_timestamp,
    });
  });

  it('go to every session, and by guild to its shard', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const [one, two] = [await identify(fake), await identify(fake)];
    const home = Number((BigInt(fake.guild.id) >> 22n) % 2n);
    const own = await identify(fake, { shard: [home, 2] });
    const foreign = await identify(fake, { shard: [1 - home, 2] });
    fake.post({ channel, user: ann, text: 'hi' });
    for (const each of [one, two, own]) await each.received(({ t }) => t === 'MESSAGE_CREATE');
    expect(foreign.events()).toEqual(['READY']);
  });

  it("bring back the bot's own messages", async () => {
    const { fake, channel } = await startWithWorld();
    const client = await identify(fake);
    const id = await say(fake, channel);
    const { d } = await client.received(({ t }) => t === 'MESSAGE_CREATE');
    expect(d).toMatchObject({ id, author: { id: fake.bot.id, bot: true } });
  });
});

describe('RESUME', () => {
  it('tells again what was missed, in order, and then RESUMED', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const first = await identify(fake);
    fake.post({ channel, user: ann, text: 'heard' });
    const { s } = await first.received(({ t }) => t === 'MESSAGE_CREATE');
    fake.dropConnections();
    await first.closeCode();
    for (const text of ['missed 1', 'missed 2']) fake.post({ channel, user: ann, text });
    expect(fake.sessions()).toMatchObject([{ isConnected: false }]);
    const second = await connect(fake);
    second.send(6, { token: fake.token, session_id: first.sessionId, seq: s });
    await second.received(({ t }) => t === 'RESUMED');
    const contents = second.frames.flatMap(({ t, d }) => (t === 'MESSAGE_CREATE' ? d.content : []));
    expect(contents).toEqual(['missed 1', 'missed 2']);
    expect(second.events().at(-1)).toBe('RESUMED');
    expect(fake.sessions()).toMatchObject([{ isConnected: true, resumes: 1 }]);
  });

  it('too late, after a clean goodbye, or of what never was, gets op 9 that does not resume', async () => {
    const clock = createStillClock();
    const { fake } = await startWithWorld({ clock, resumeWindowMs: 60_000 });
    const resume = async (sessionId: string) => {
      const client = await connect(fake);
      client.send(6, { token: fake.token, session_id: sessionId, seq: 2 });
      return (await client.received(({ op, t }) => op === 9 || t === 'RESUMED')).d;
    };
    const polite = await identify(fake);
    polite.close(1000);
    await fake.waitFor(() => fake.sessions().length === 0);
    expect(await resume(polite.sessionId)).toBe(false);
    const cut = await identify(fake);
    cut.cut();
    await fake.waitFor(() => fake.sessions().every(({ isConnected }) => !isConnected));
    clock.advance(60_000);
    expect(await resume(cut.sessionId)).toBe(false);
    expect(await resume('unheard-of')).toBe(false);
  });

  it('from a place that was never reached ends with 4007, with a wrong token with 4004', async () => {
    const { fake } = await startWithWorld();
    const { sessionId } = await identify(fake);
    const ahead = await connect(fake);
    ahead.send(6, { token: fake.token, session_id: sessionId, seq: 99 });
    expect(await ahead.closeCode()).toBe(4007);
    const wrong = await connect(fake);
    wrong.send(6, { token: 'x', session_id: sessionId, seq: 1 });
    expect(await wrong.closeCode()).toBe(4004);
  });
});

describe('what a test does to connections', () => {
  it('answers heartbeats until it stops', async () => {
    const { fake } = await startWithWorld({ heartbeatIntervalMs: 1000 });
    const client = await identify(fake);
    expect(client.frames[0]).toMatchObject({ op: 10, d: { heartbeat_interval: 1000 } });
    client.send(1, 2);
    await client.received(({ op }) => op === 11);
    fake.stopAcks();
    const heard = client.frames.length;
    client.send(1, 2);
    fake.askForHeartbeat();
    await client.received(({ op }) => op === 1);
    expect(client.frames).toHaveLength(heard + 1);
  });

  it('stalls a connection, which stays open, and keeps what it would have said', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const stalled = await identify(fake);
    await stalled.received(({ t }) => t === 'GUILD_CREATE');
    fake.stallConnections();
    fake.post({ channel, user: ann, text: 'unheard' });
    const next = await connect(fake);
    next.send(6, { token: fake.token, session_id: stalled.sessionId, seq: 2 });
    expect((await next.received(({ t }) => t === 'MESSAGE_CREATE')).d.content).toBe('unheard');
    expect(await stalled.closeCode()).toBe(1006);
    expect(stalled.events()).not.toContain('MESSAGE_CREATE');
  });

  it('asks to reconnect, and invalidates with and without a way back', async () => {
    const { fake } = await startWithWorld();
    const client = await identify(fake);
    fake.askToReconnect();
    await client.received(({ op }) => op === 7);
    fake.invalidateSessions({ resumable: true });
    expect((await client.received(({ op }) => op === 9)).d).toBe(true);
    expect(fake.sessions()).toHaveLength(1);
    fake.invalidateSessions({ resumable: false });
    expect((await client.received(({ op, d }) => op === 9 && !d)).d).toBe(false);
    expect(fake.sessions()).toEqual([]);
  });

  it.each([
    [4000, 1],
    [4009, 1],
    [4004, 0],
    [4014, 0],
  ])('closes with %i, which leaves %i session', async (code, left) => {
    const { fake } = await startWithWorld();
    const client = await identify(fake);
    fake.closeSessions(code);
    expect(await client.closeCode()).toBe(code);
    await fake.waitFor(() => fake.sessions().every(({ isConnected }) => !isConnected));
    expect(fake.sessions()).toHaveLength(left);
  });

  it('knows the intents of a session', async () => {
    const { fake } = await startWithWorld();
    await identify(fake);
    expect(fake.sessions()[0]).toMatchObject({ intents: everyIntent, shard: [0, 1] });
    expect(fake.identifies()).toBe(1);
  });
});
