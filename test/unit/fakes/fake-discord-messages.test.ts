/** The fake's messages are refused, kept and given back as Discord's are. */
import { describe, expect, it } from 'vitest';
import {
  callDiscord,
  codeOf,
  createStillClock,
  faultOf,
  say,
  startWithWorld,
} from './fake-discord-setup.ts';

const button = (more: object = {}) => ({
  ...{ type: 2, style: 1, label: 'Stop', custom_id: 'stop' },
  ...more,
});
const rows = (...buttons: readonly object[]) => [{ type: 1, components: buttons }];

describe('what a message may be', () => {
  it.each([
    ['2,001 UTF-16 units', { content: 'x'.repeat(2001) }, 'content BASE_TYPE_MAX_LENGTH'],
    ['1,001 emoji', { content: '😀'.repeat(1001) }, 'content BASE_TYPE_MAX_LENGTH'],
    ['nothing', { content: '' }, '50006'],
    ['spaces only', { content: ' \n ' }, '50006'],
    ['a nonce of 26', { content: 'x', nonce: 'n'.repeat(26) }, 'nonce BASE_TYPE_MAX_LENGTH'],
    [
      'users parsed and named',
      { content: 'x', allowed_mentions: { parse: ['users'], users: ['1'] } },
      'allowed_mentions MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE',
    ],
    [
      'an unknown kind of mention',
      { content: 'x', allowed_mentions: { parse: ['all'] } },
      'allowed_mentions.parse.0 BASE_TYPE_CHOICES',
    ],
    [
      'a reply to nothing',
      { content: 'x', message_reference: { message_id: '123456789012345678' } },
      'message_reference REPLIES_UNKNOWN_MESSAGE',
    ],
    [
      'six rows',
      { content: 'x', components: Array(6).fill(rows(button())[0]) },
      'components BASE_TYPE_BAD_LENGTH',
    ],
    [
      'six buttons',
      {
        content: 'x',
        components: rows(...[1, 2, 3, 4, 5, 6].map((id) => button({ custom_id: `${id}` }))),
      },
      'components.0.components BASE_TYPE_BAD_LENGTH',
    ],
    [
      'a label of 81',
      { content: 'x', components: rows(button({ label: 'l'.repeat(81) })) },
      'components.0.components.0.label BASE_TYPE_MAX_LENGTH',
    ],
    [
      'a custom_id of 101',
      { content: 'x', components: rows(button({ custom_id: 'i'.repeat(101) })) },
      'components.0.components.0.custom_id BASE_TYPE_BAD_LENGTH',
    ],
    [
      'one custom_id twice',
      { content: 'x', components: rows(button(), button()) },
      'components.0.components.1.custom_id COMPONENT_CUSTOM_ID_DUPLICATED',
    ],
    [
      'a link of no scheme',
      { content: 'x', components: rows({ type: 2, style: 5, label: 'go', url: 'go' }) },
      'components.0.components.0.url URL_TYPE_INVALID_SCHEME',
    ],
    [
      'an embed of 4,097',
      { embeds: [{ description: 'd'.repeat(4097) }] },
      'embeds.0.description BASE_TYPE_MAX_LENGTH',
    ],
    ['components V2', { flags: 1 << 15, components: [] }, 'flags FAKE_LIMITATION'],
  ])('refuses %s', async (_what, body, fault) => {
    const { fake, channel } = await startWithWorld();
    expect(await faultOf(fake, `POST /channels/${channel}/messages`, body)).toBe(fault);
    expect(fake.messages(channel)).toEqual([]);
  });

  it('takes 2,000 units, a row of five buttons and a file', async () => {
    const { fake, channel } = await startWithWorld();
    const form = new FormData();
    const buttons = [1, 2, 3, 4, 5].map((id) => button({ custom_id: `${id}` }));
    form.set(
      'payload_json',
      JSON.stringify({
        ...{ content: 'x'.repeat(2000), components: rows(...buttons) },
        attachments: [{ id: 0, filename: 'answer.md' }],
      }),
    );
    form.set('files[0]', new Blob(['# All of it']), 'blob');
    const { status, body } = await callDiscord(fake, `POST /channels/${channel}/messages`, form);
    expect(status).toBe(200);
    expect(fake.messages(channel)[0]?.buttons).toHaveLength(5);
    expect(fake.files(channel)).toEqual([
      { name: 'answer.md', text: '# All of it', message: body.id },
    ]);
    expect(await (await fetch(body.attachments[0].url)).text()).toBe('# All of it');
  });

  it('answers an unknown address, a broken body and a wrong token', async () => {
    const { fake, channel } = await startWithWorld();
    expect((await callDiscord(fake, 'GET /nothing')).status).toBe(404);
    expect(fake.calls('unknown').map(({ path }) => path)).toEqual(['/nothing']);
    const broken = await fetch(`${fake.apiUrl}/v10/channels/${channel}/messages`, {
      ...{ method: 'POST', headers: { authorization: `Bot ${fake.token}` }, body: '{' },
    });
    expect(await broken.json()).toMatchObject({ code: 50109 });
    const read = `GET /channels/${channel}/messages`;
    expect((await callDiscord(fake, read, undefined, { token: 'other' })).status).toBe(401);
    expect((await callDiscord(fake, read, undefined, { token: null })).status).toBe(401);
    fake.setTokenState('revoked');
    expect((await callDiscord(fake, read)).status).toBe(401);
    expect(fake.invalidRequests()).toBe(3);
  });
});

describe('edits and deletions', () => {
  it('changes only what the body names, and grows in the timeline', async () => {
    const { fake, channel } = await startWithWorld();
    const path = `/channels/${channel}/messages`;
    const { body } = await callDiscord(fake, `POST ${path}`, {
      content: 'one',
      components: rows(button()),
    });
    const edit = (change: object) => callDiscord(fake, `PATCH ${path}/${body.id}`, change);
    await edit({ content: 'two' });
    await edit({ flags: 4 });
    const edited = await edit({ components: [] });
    expect(edited.body).toMatchObject({ content: 'two', flags: 4, components: [] });
    expect(edited.body.edited_timestamp).toMatch(/^\d{4}-.*000\+00:00$/);
    expect(fake.growth(channel, body.id)).toEqual(['one', 'two', 'two', 'two']);
    expect(fake.transcript(channel)).toBe('footnote: one\nfootnote (3 edits): two');
  });

  it('refuses to edit what is not its own, what is gone, and to make one empty', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const path = `PATCH /channels/${channel}/messages`;
    const theirs = fake.post({ channel, user: ann, text: 'hi' });
    expect(await codeOf(fake, `${path}/${theirs.message}`, { content: 'x' })).toBe(50005);
    const own = await say(fake, channel);
    expect(await codeOf(fake, `${path}/${own}`, { content: '' })).toBe(50006);
    fake.deleteMessage({ channel, message: own });
    expect(await codeOf(fake, `${path}/${own}`, { content: 'x' })).toBe(10008);
    expect(fake.botMessages(channel)).toEqual([]);
  });

  it('deletes its own, and those of others only as a moderator', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const theirs = fake.post({ channel, user: ann, text: 'hi' });
    const remove = (id: string) => codeOf(fake, `DELETE /channels/${channel}/messages/${id}`);
    expect(await remove(await say(fake, channel))).toBe(0);
    expect(await remove(theirs.message)).toBe(50013);
    fake.setPermissions({ channel, to: 'bot', allow: ['ManageMessages'] });
    expect(await remove(theirs.message)).toBe(0);
    expect(await remove(theirs.message)).toBe(10008);
  });

  it('limits the edits of a message older than an hour', async () => {
    const clock = createStillClock();
    const { fake, channel } = await startWithWorld({ clock, limits: 'on' });
    const id = await say(fake, channel);
    clock.advance(3_600_001);
    const edit = () =>
      callDiscord(fake, `PATCH /channels/${channel}/messages/${id}`, { content: 'x' });
    expect([(await edit()).status, (await edit()).status, (await edit()).status]).toEqual([
      200, 200, 200,
    ]);
    const refused = await edit();
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({ code: 30046, retry_after: 6, global: false });
    clock.advance(6_000);
    expect((await edit()).status).toBe(200);
  });
});

describe('nonces', () => {
  it('gives the same message for the same enforced nonce, for minutes', async () => {
    const clock = createStillClock();
    const { fake, channel } = await startWithWorld({ clock });
    const post = (enforce: boolean) =>
      callDiscord(fake, `POST /channels/${channel}/messages`, {
        ...{ content: 'x', nonce: 'turn-0', enforce_nonce: enforce },
      });
    const first = await post(true);
    expect((await post(true)).body).toMatchObject({ id: first.body.id, nonce: 'turn-0' });
    expect((await post(false)).body.id).not.toBe(first.body.id);
    clock.advance(180_001);
    expect((await post(true)).body.id).not.toBe(first.body.id);
    expect(fake.botMessages(channel)).toHaveLength(3);
  });

  it('says 10008 when that message was deleted since', async () => {
    const { fake, channel } = await startWithWorld();
    const body = { content: 'x', nonce: 'turn-0', enforce_nonce: true };
    const { body: first } = await callDiscord(fake, `POST /channels/${channel}/messages`, body);
    fake.deleteMessage({ channel, message: first.id });
    expect(await codeOf(fake, `POST /channels/${channel}/messages`, body)).toBe(10008);
  });
});

describe('whom a message calls', () => {
  it('calls everybody it names by default, and on an edit again', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const role = fake.addRole();
    const content = `<@${ann}> <@!${ann}> <@&${role}> @here`;
    const path = `/channels/${channel}/messages`;
    const { body } = await callDiscord(fake, `POST ${path}`, {
      ...{ content, allowed_mentions: { parse: [] } },
    });
    expect(body).toMatchObject({ mentions: [], mention_roles: [], mention_everyone: false });
    expect(fake.pings()).toEqual([]);
    const edited = await callDiscord(fake, `PATCH ${path}/${body.id}`, { content });
    expect(edited.body).toMatchObject({ mention_roles: [role], mention_everyone: true });
    expect(fake.pings()).toEqual([`<@${ann}>`, `<@&${role}>`, '@everyone']);
  });

  it('calls only those it is allowed to, nobody unknown, and nobody in code', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const ben = fake.addUser({ name: 'ben' });
    const post = (content: string, users: readonly string[]) =>
      callDiscord(fake, `POST /channels/${channel}/messages`, {
        ...{ content, allowed_mentions: { parse: [], users } },
      });
    await post(`<@${ann}> <@${ben}> <@123456789012345678> @everyone`, [ben]);
    await post(`\`<@${ann}>\` \`\`\`\n<@${ben}>\n\`\`\``, [ann, ben]);
    expect(fake.pings()).toEqual([`<@${ben}>`]);
  });

  it('calls the author of what it replies to, unless told not to', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const { message } = fake.post({ channel, user: ann, text: 'hi' });
    const reply = (more: object) =>
      callDiscord(fake, `POST /channels/${channel}/messages`, {
        ...{ content: 'x', message_reference: { message_id: message } },
        ...more,
      });
    const { body } = await reply({});
    expect(body).toMatchObject({ type: 19, referenced_message: { id: message, content: 'hi' } });
    await reply({ allowed_mentions: { parse: [] } });
    expect(fake.pings()).toEqual([`<@${ann}>`]);
    expect(fake.botMessages(channel).map(({ replyTo }) => replyTo)).toEqual([message, message]);
  });
});

describe('replies', () => {
  it('stand alone when their message is gone and that is no failure', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const { message } = fake.post({ channel, user: ann, text: 'hi' });
    fake.deleteMessage({ channel, message });
    const reference = { message_id: message, fail_if_not_exists: false };
    const { body } = await callDiscord(fake, `POST /channels/${channel}/messages`, {
      ...{ content: 'x', message_reference: reference },
    });
    expect(body).toMatchObject({ type: 0 });
    expect(body.message_reference).toBeUndefined();
  });

  it('need the right to read, and reach no other channel', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const { message } = fake.mention({ channel, user: ann, text: 'why?' });
    const thread = fake.startThread({ channel, user: ann, name: 'why', message });
    const body = { content: 'x', message_reference: { message_id: message } };
    expect(await faultOf(fake, `POST /channels/${thread}/messages`, body)).toBe(
      'message_reference REPLIES_UNKNOWN_MESSAGE',
    );
    fake.setPermissions({ channel, to: 'bot', deny: ['ReadMessageHistory'] });
    expect(await codeOf(fake, `POST /channels/${channel}/messages`, body)).toBe(160002);
  });
});

describe('reading', () => {
  it('pages newest first, on both sides of an id', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const ids = ['1', '2', '3', '4', '5'].map(
      (text) => fake.post({ channel, user: ann, text }).message,
    );
    const texts = async (query: string) => {
      const { body } = await callDiscord(fake, `GET /channels/${channel}/messages?${query}`);
      return body.map((each: { content: string }) => each.content).join('');
    };
    expect(await texts('limit=2')).toBe('54');
    expect(await texts(`after=${ids[0]}&limit=2`)).toBe('32');
    expect(await texts(`before=${ids[3]}&limit=2`)).toBe('32');
    expect(await texts(`around=${ids[2]}&limit=3`)).toBe('432');
    expect(await faultOf(fake, `GET /channels/${channel}/messages?limit=101`)).toContain('limit');
  });

  it('shows without the content intent only what calls the bot, its own, and direct messages', async () => {
    const { fake, channel, ann } = await startWithWorld({ messageContent: false });
    fake.post({ channel, user: ann, text: 'hidden', files: [{ name: 'a.txt', text: 'a' }] });
    fake.mention({ channel, user: ann, text: 'shown' });
    fake.mention({ channel, user: ann, text: 'hidden too', by: 'role' });
    await say(fake, channel, 'own');
    const { body } = await callDiscord(fake, `GET /channels/${channel}/messages`);
    const contents = body.map((each: { content: string }) => each.content);
    expect(contents).toEqual(['own', '', `<@${fake.bot.id}> shown`, '']);
    expect(body.at(-1).attachments).toEqual([]);
    const direct = fake.directMessage({ user: ann, text: 'in private' });
    const inPrivate = await callDiscord(fake, `GET /channels/${direct.channel}/messages`);
    expect(inPrivate.body[0].content).toBe('in private');
  });
});

describe('direct messages', () => {
  it('are opened once, and refused by whoever closed them or shares no guild', async () => {
    const { fake, ann } = await startWithWorld();
    const open = (id: string) =>
      callDiscord(fake, 'POST /users/@me/channels', { recipient_id: id });
    const { body } = await open(ann);
    expect((await open(ann)).body.id).toBe(body.id);
    expect(fake.openDirectMessage(ann)).toBe(body.id);
    expect(await codeOf(fake, `POST /channels/${body.id}/messages`, { content: 'x' })).toBe(0);
    expect((await open('123456789012345678')).body.code).toBe(50033);
    const shy = fake.addUser({ name: 'shy', refusesDirectMessages: true });
    const { body: closed } = await open(shy);
    expect(await codeOf(fake, `POST /channels/${closed.id}/messages`, { content: 'x' })).toBe(
      50007,
    );
    fake.removeBotFrom(fake.guild.id);
    expect(await codeOf(fake, `POST /channels/${body.id}/messages`, { content: 'x' })).toBe(50278);
  });
});
