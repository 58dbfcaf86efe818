/** The fake's threads, forums and channels follow Discord's rules. */
import { describe, expect, it } from 'vitest';
import {
  callDiscord,
  codeOf,
  faultOf,
  identify,
  say,
  startWithWorld,
} from './fake-discord-setup.ts';

describe('a thread on a message', () => {
  it('has the id of the message, and its events', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const client = await identify(fake);
    const { message } = fake.mention({ channel, user: ann, text: 'why?' });
    const path = `POST /channels/${channel}/messages/${message}/threads`;
    const { status, body } = await callDiscord(fake, path, {
      ...{ name: 'why?', auto_archive_duration: 60 },
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      ...{ id: message, type: 11, parent_id: channel, name: 'why?', owner_id: fake.bot.id },
      thread_metadata: { archived: false, locked: false, auto_archive_duration: 60 },
    });
    expect(fake.threadOf(message)).toBe(message);
    expect(fake.threads(channel)).toMatchObject([{ id: message, owner: fake.bot.id }]);
    const starter = await client.received(({ d }) => d?.type === 21);
    expect(starter.d).toMatchObject({
      channel_id: message,
      message_reference: { message_id: message },
    });
    expect(client.events().slice(-4)).toEqual([
      ...['MESSAGE_CREATE', 'THREAD_CREATE', 'MESSAGE_UPDATE', 'MESSAGE_CREATE'],
    ]);
    const updated = await client.received(({ t }) => t === 'MESSAGE_UPDATE');
    expect(updated.d).toMatchObject({ flags: 32, edited_timestamp: null, thread: { id: message } });
    expect(await codeOf(fake, path, { name: 'again' })).toBe(160004);
  });

  it.each([
    ['no name', {}, 'name BASE_TYPE_BAD_LENGTH'],
    ['a name of 101', { name: 'n'.repeat(101) }, 'name BASE_TYPE_BAD_LENGTH'],
    ['a name of spaces', { name: '  ' }, 'name BASE_TYPE_BAD_LENGTH'],
    [
      'another archive time',
      { name: 'n', auto_archive_duration: 61 },
      'auto_archive_duration BASE_TYPE_CHOICES',
    ],
  ])('is refused with %s', async (_what, body, fault) => {
    const { fake, channel } = await startWithWorld();
    const path = `POST /channels/${channel}/messages/${await say(fake, channel)}/threads`;
    expect(await faultOf(fake, path, body)).toBe(fault);
  });

  it('needs a message, a channel of the right type, the permission and room', async () => {
    const { fake, channel } = await startWithWorld();
    const start = async (where: string, message: string) =>
      codeOf(fake, `POST /channels/${where}/messages/${message}/threads`, { name: 'n' });
    expect(await start(channel, '123456789012345678')).toBe(10008);
    const voice = fake.addChannel({ type: 'voice' });
    expect(await start(voice, await say(fake, voice))).toBe(50024);
    const news = fake.addChannel({ type: 'announcement' });
    const newsItem = await say(fake, news);
    expect(await start(news, newsItem)).toBe(0);
    expect(await start(newsItem, await say(fake, newsItem))).toBe(50024);
    fake.setActiveThreadCap(1);
    expect(await start(channel, await say(fake, channel))).toBe(160006);
    fake.changeThread(newsItem, { archived: true });
    expect(await start(channel, await say(fake, channel))).toBe(0);
    fake.setPermissions({ channel, to: 'bot', deny: ['CreatePublicThreads'] });
    expect(await start(channel, await say(fake, channel))).toBe(50013);
  });

  it('outlives its message, and ends with its channel', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const place = fake.post({ channel, user: ann, text: 'why?' });
    const thread = fake.startThread({ channel, user: ann, name: 'n', message: place.message });
    fake.deleteMessage(place);
    await say(fake, thread);
    fake.deleteChannel(channel);
    expect(await codeOf(fake, `GET /channels/${thread}`)).toBe(10003);
  });
});

describe('archived and locked threads', () => {
  const withThread = async () => {
    const world = await startWithWorld();
    const { fake, channel, ann } = world;
    const { message } = fake.post({ channel, user: ann, text: 'why?' });
    const thread = fake.startThread({ channel, user: ann, name: 'n', message });
    return { ...world, thread, path: `/channels/${thread}` };
  };

  it('are opened by a message, and cannot be edited in before', async () => {
    const { fake, thread, path } = await withThread();
    const id = await say(fake, thread);
    fake.changeThread(thread, { archived: true });
    expect(await codeOf(fake, `PATCH ${path}/messages/${id}`, { content: 'x' })).toBe(50083);
    await say(fake, thread);
    expect(fake.thread(thread)?.archived).toBe(false);
    expect(await codeOf(fake, `PATCH ${path}/messages/${id}`, { content: 'x' })).toBe(0);
  });

  it('are opened by a PATCH of whoever may write there', async () => {
    const { fake, thread, path } = await withThread();
    fake.changeThread(thread, { archived: true });
    expect(await codeOf(fake, `PATCH ${path}`, { name: 'x' })).toBe(50013);
    expect(await codeOf(fake, `PATCH ${path}`, { archived: false })).toBe(0);
    expect(fake.thread(thread)?.archived).toBe(false);
  });

  it('take nothing from the bot when locked, unless it manages threads', async () => {
    const { fake, channel, thread, path } = await withThread();
    fake.changeThread(thread, { archived: true, locked: true });
    const post = () => codeOf(fake, `POST ${path}/messages`, { content: 'x' });
    expect(await post()).toBe(160005);
    expect(await codeOf(fake, `PATCH ${path}`, { archived: false })).toBe(50013);
    fake.setPermissions({ channel, to: 'bot', allow: ['ManageThreads'] });
    expect(await codeOf(fake, `PATCH ${path}`, { archived: false, locked: false })).toBe(0);
    expect(await post()).toBe(0);
  });

  it('are listed as long as they are active and seen', async () => {
    const { fake, channel, thread, path } = await withThread();
    await callDiscord(fake, `PUT ${path}/thread-members/@me`);
    const list = async () => {
      const { body } = await callDiscord(fake, `GET /guilds/${fake.guild.id}/threads/active`);
      return [body.threads.length, body.members.length];
    };
    expect(await list()).toEqual([1, 1]);
    fake.changeThread(thread, { archived: true });
    expect(await list()).toEqual([0, 0]);
    fake.changeThread(thread, { archived: false });
    fake.setPermissions({ channel, to: 'bot', deny: ['ViewChannel'] });
    expect(await list()).toEqual([0, 0]);
  });

  it('need SEND_MESSAGES_IN_THREADS, not SEND_MESSAGES', async () => {
    const { fake, channel, path } = await withThread();
    fake.setPermissions({ channel, to: 'bot', deny: ['SendMessages'] });
    expect(await codeOf(fake, `POST ${path}/messages`, { content: 'x' })).toBe(0);
    fake.setPermissions({ channel, to: 'bot', deny: ['SendMessagesInThreads'] });
    expect(await codeOf(fake, `POST ${path}/messages`, { content: 'x' })).toBe(50013);
    expect(await codeOf(fake, `POST /channels/${channel}/messages`, { content: 'x' })).toBe(0);
  });
});

describe('threads on no message', () => {
  it('are private unless told otherwise, and unseen until the bot is called in', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const create = (body: object) => callDiscord(fake, `POST /channels/${channel}/threads`, body);
    expect((await create({ name: 'n' })).body.code).toBe(50013);
    expect((await create({ name: 'n', type: 11 })).body).toMatchObject({ type: 11 });
    expect(fake.messages(channel).map(({ type }) => type)).toEqual([18]);
    const client = await identify(fake);
    const secret = fake.startThread({ channel, user: ann, name: 'secret', isPrivate: true });
    fake.post({ channel: secret, user: ann, text: 'unheard' });
    expect(await codeOf(fake, `GET /channels/${secret}`)).toBe(50001);
    fake.mention({ channel: secret, user: ann, text: 'come' });
    const { d } = await client.received(({ t }) => t === 'MESSAGE_CREATE');
    expect(d.content).toContain('come');
    expect(await codeOf(fake, `GET /channels/${secret}`)).toBe(0);
  });
});

describe('forums', () => {
  it('hold posts whose first message has the id of the thread', async () => {
    const { fake, ann } = await startWithWorld();
    const forum = fake.addChannel({ type: 'forum', name: 'questions', tags: ['howto', '!solved'] });
    const client = await identify(fake);
    const tags = [fake.tagOf(forum, 'howto')];
    const post = fake.createForumPost({
      channel: forum,
      user: ann,
      title: 'How?',
      text: 'how?',
      tags,
    });
    expect(post.message).toBe(post.channel);
    const created = await client.received(({ t }) => t === 'THREAD_CREATE');
    expect(created.d).toMatchObject({
      id: post.channel,
      parent_id: forum,
      newly_created: true,
      applied_tags: tags,
    });
    const first = await client.received(({ t }) => t === 'MESSAGE_CREATE');
    expect(first.d).toMatchObject({ id: post.channel, channel_id: post.channel });
  });

  it('take tags from whoever manages threads, or opened the post', async () => {
    const { fake, ann } = await startWithWorld();
    const forum = fake.addChannel({ type: 'forum', tags: ['answered', '!solved'] });
    const [answered, solved] = ['answered', 'solved'].map((name) => fake.tagOf(forum, name));
    const { channel } = fake.createForumPost({ channel: forum, user: ann, title: 't', text: 'q' });
    const tag = (...tags: unknown[]) =>
      codeOf(fake, `PATCH /channels/${channel}`, { applied_tags: tags });
    expect(await tag(answered)).toBe(50013);
    fake.setPermissions({ channel: forum, to: 'bot', allow: ['ManageThreads'] });
    expect(await tag(answered, solved)).toBe(0);
    expect(fake.thread(channel)?.appliedTags).toEqual([answered, solved]);
    expect(await tag('123456789012345678')).toBe(50035);
  });

  it('take posts of the bot by their rules, and no plain messages', async () => {
    const { fake } = await startWithWorld();
    const forum = fake.addChannel({ type: 'forum', tags: ['howto', '!solved'], requiresTag: true });
    const post = (body: object) => callDiscord(fake, `POST /channels/${forum}/threads`, body);
    const message = { content: 'first' };
    expect((await post({ name: 't', message })).body.code).toBe(40067);
    const tags = [fake.tagOf(forum, 'howto')];
    expect((await post({ name: 't', applied_tags: tags, message: {} })).body.code).toBe(50006);
    const { body } = await post({ name: 't', applied_tags: tags, message });
    expect(body).toMatchObject({ parent_id: forum, message: { id: body.id, content: 'first' } });
    const own = (more: string) =>
      callDiscord(fake, `PATCH /channels/${body.id}`, { applied_tags: [fake.tagOf(forum, more)] });
    expect((await own('solved')).body.code).toBe(50013);
    expect((await own('howto')).status).toBe(200);
    expect(await codeOf(fake, `POST /channels/${forum}/messages`, { content: 'x' })).toBe(50008);
  });
});

describe('what the bot may do where', () => {
  it.each([
    ['ViewChannel', { content: 'x' }, 50001],
    ['SendMessages', { content: 'x' }, 50013],
    ['EmbedLinks', { embeds: [{ title: 'x' }] }, 50013],
  ] as const)('without %s is refused', async (permission, body, code) => {
    const { fake, channel } = await startWithWorld();
    fake.setPermissions({ channel, to: 'bot', deny: [permission] });
    expect(await codeOf(fake, `POST /channels/${channel}/messages`, body)).toBe(code);
  });

  it('without ATTACH_FILES is to write, not to send a file', async () => {
    const { fake, channel } = await startWithWorld();
    fake.setPermissions({ channel, to: 'bot', deny: ['AttachFiles'] });
    const form = new FormData();
    form.set('payload_json', JSON.stringify({ content: 'x' }));
    form.set('files[0]', new Blob(['a']), 'a.txt');
    expect(await codeOf(fake, `POST /channels/${channel}/messages`, form)).toBe(50013);
    expect(await codeOf(fake, `POST /channels/${channel}/messages`, { content: 'x' })).toBe(0);
  });

  it('without READ_MESSAGE_HISTORY is to see an empty list', async () => {
    const { fake, channel } = await startWithWorld();
    const id = await say(fake, channel);
    fake.setPermissions({ channel, to: 'bot', deny: ['ReadMessageHistory'] });
    expect((await callDiscord(fake, `GET /channels/${channel}/messages`)).body).toEqual([]);
    expect(await codeOf(fake, `GET /channels/${channel}/messages/${id}`)).toBe(50013);
  });

  it('lets the role allow what everyone is denied, and the member deny what the role allows', async () => {
    const { fake, channel } = await startWithWorld();
    const post = () => codeOf(fake, `POST /channels/${channel}/messages`, { content: 'x' });
    fake.setPermissions({ channel, to: 'everyone', deny: ['SendMessages'] });
    expect(await post()).toBe(50013);
    fake.setPermissions({ channel, to: fake.guild.botRole, allow: ['SendMessages'] });
    expect(await post()).toBe(0);
    fake.setPermissions({ channel, to: 'bot', deny: ['SendMessages'] });
    expect(await post()).toBe(50013);
  });

  it('ends where it was removed from', async () => {
    const { fake, channel } = await startWithWorld();
    fake.removeBotFrom(fake.guild.id);
    expect(await codeOf(fake, `POST /channels/${channel}/messages`, { content: 'x' })).toBe(50001);
    expect(await codeOf(fake, `GET /guilds/${fake.guild.id}`)).toBe(10004);
    fake.inviteBotTo(fake.guild.id);
    expect(await codeOf(fake, `GET /guilds/${fake.guild.id}/roles`)).toBe(0);
  });
});

describe('what the bot reads of a guild', () => {
  it('is its channels with their overwrites, its roles and its members', async () => {
    const { fake, channel } = await startWithWorld();
    const role = fake.addRole({ name: 'helpers' });
    const ben = fake.addUser({ name: 'ben', roles: [role] });
    fake.setPermissions({ channel, to: 'everyone', deny: ['ViewChannel'] });
    const read = async (path: string) =>
      (await callDiscord(fake, `GET /guilds/${fake.guild.id}/${path}`)).body;
    expect(await read('channels')).toMatchObject([
      { id: channel, permission_overwrites: [{ id: fake.guild.id, type: 0, deny: '1024' }] },
    ]);
    expect((await read('roles')).map((each: { name: string }) => each.name)).toEqual([
      ...['@everyone', 'footnote', 'helpers'],
    ]);
    expect(await read(`members/${ben}`)).toMatchObject({
      roles: [role],
      user: { username: 'ben' },
    });
    expect(await read('members/123456789012345678')).toMatchObject({ code: 10013 });
  });
});
