/** The fake's Web API refuses, answers and keeps state as Slack does. */
import { WebClient } from '@slack/web-api';
import { describe, expect, it } from 'vitest';
import { callSlack, post, startWithWorld } from './fake-slack-setup.ts';

const error = async (...args: Parameters<typeof callSlack>) =>
  (await callSlack(...args)).body.error;

describe('tokens and requests', () => {
  it('refuses a missing, an unknown and a revoked token', async () => {
    const fake = await startWithWorld();
    expect(await error(fake, 'auth.test', {}, { token: null })).toBe('not_authed');
    expect(await error(fake, 'auth.test', {}, { token: 'xoxb-other' })).toBe('invalid_auth');
    fake.setTokenState('token_revoked');
    expect(await error(fake, 'auth.test')).toBe('token_revoked');
  });

  it('takes the token from a form body too, not from a JSON body', async () => {
    const fake = await startWithWorld();
    const inForm = { token: null, as: 'form' } as const;
    expect(await error(fake, 'auth.test', { token: 'xoxb-one' }, inForm)).toBeUndefined();
    const inJson = { token: null, as: 'json' } as const;
    expect(await error(fake, 'auth.test', { token: 'xoxb-one' }, inJson)).toBe('not_authed');
  });

  it('answers an unknown method, a missing argument and JSON where only forms count', async () => {
    const fake = await startWithWorld();
    expect(await error(fake, 'chat.unheardOf')).toBe('unknown_method');
    const missing = await callSlack(fake, 'chat.update', { channel: 'C1', text: 'x' });
    expect(missing.status).toBe(200);
    expect(missing.body).toEqual({
      ok: false,
      error: 'invalid_arguments',
      response_metadata: { messages: ['[ERROR] missing required field: ts'] },
    });
    expect(await error(fake, 'users.info', { user: 'U1' })).toBe('invalid_arguments');
    expect(await error(fake, 'users.info', { user: 'U1' }, { as: 'form' })).toBeUndefined();
  });

  it('lets the token decide the workspace', async () => {
    const fake = await startWithWorld();
    fake.addTeam({ id: 'T2', botToken: 'xoxb-two' });
    fake.addChannel({ id: 'C2', teamId: 'T2' });
    const message = { channel: 'C2', text: 'hi' };
    expect(await error(fake, 'chat.postMessage', message)).toBe('channel_not_found');
    const { body } = await callSlack(fake, 'auth.test', {}, { token: 'xoxb-two' });
    expect(body).toMatchObject({ team_id: 'T2', user_id: 'U0BOTT2', bot_id: 'B0BOTT2' });
  });
});

describe('channels', () => {
  it('refuses an unknown, a private, a left and an archived channel', async () => {
    const fake = await startWithWorld();
    fake.addChannel({ id: 'G1', isPrivate: true, isMember: false });
    fake.addChannel({ id: 'C2', isArchived: true });
    const ts = await post(fake, { text: 'before' });
    fake.removeBotFrom('C1');
    const to = (channel: string) => error(fake, 'chat.postMessage', { channel, text: 'x' });
    expect(await to('C9')).toBe('channel_not_found');
    expect(await to('G1')).toBe('channel_not_found');
    expect(await to('C1')).toBe('not_in_channel');
    expect(await to('C2')).toBe('is_archived');
    expect(await error(fake, 'chat.update', { channel: 'C1', ts, text: 'x' })).toBe(
      'not_in_channel',
    );
    const form = { as: 'form' } as const;
    expect(await error(fake, 'conversations.replies', { channel: 'C1', ts }, form)).toBe(
      'not_in_channel',
    );
  });

  it('tells what a channel and a person are', async () => {
    const fake = await startWithWorld();
    fake.addChannel({ id: 'C3', isExtShared: true });
    fake.addUser({ id: 'U2', isUltraRestricted: true, isStranger: true, homeTeamId: 'T9' });
    const form = { as: 'form' } as const;
    const channel = await callSlack(fake, 'conversations.info', { channel: 'C3' }, form);
    expect(channel.body['channel']).toMatchObject({ is_ext_shared: true, is_private: false });
    const user = await callSlack(fake, 'users.info', { user: 'U2' }, form);
    expect(user.body['user']).toMatchObject({
      ...{ is_ultra_restricted: true, is_restricted: false, is_stranger: true, team_id: 'T9' },
    });
    expect(await error(fake, 'users.info', { user: 'U9' }, form)).toBe('user_not_found');
  });

  it('lists the accounts by pages, guests and our own among them, and never without a limit', async () => {
    const fake = await startWithWorld();
    fake.addUser({ id: 'U2', isRestricted: true });
    const form = { as: 'form' } as const;
    const list = (args: object) => callSlack(fake, 'users.list', { limit: 2, ...args }, form);
    const first = await list({});
    expect(first.body['members']).toMatchObject([{ id: 'U1' }, { id: 'U2', is_restricted: true }]);
    expect(first.body['response_metadata']).toEqual({ next_cursor: '2' });
    const last = await list({ cursor: '2' });
    expect(last.body['members']).toMatchObject([{ id: fake.team.botUserId, is_bot: true }]);
    expect(last.body['response_metadata']).toEqual({ next_cursor: '' });
    expect(await error(fake, 'users.list', {}, form)).toBe('limit_required');
    expect(await error(fake, 'users.list', { limit: 1_001 }, form)).toBe('invalid_limit');
  });

  it('lets guests into a channel only by name', async () => {
    const fake = await startWithWorld();
    fake.addUser({ id: 'U2', isRestricted: true });
    fake.addChannel({ id: 'C4', members: ['U1', 'U2'] });
    const form = { as: 'form' } as const;
    const membersOf = async (channel: string) =>
      (await callSlack(fake, 'conversations.members', { channel }, form)).body['members'];
    expect(await membersOf('C1')).toEqual([fake.team.botUserId, 'U1']);
    expect(await membersOf('C4')).toEqual([fake.team.botUserId, 'U1', 'U2']);
  });

  it('opens a direct message, also when a person is posted to', async () => {
    const fake = await startWithWorld();
    const { body } = await callSlack(fake, 'conversations.open', { users: 'U1' });
    expect(body['channel']).toEqual({ id: 'D1' });
    const posted = await callSlack(fake, 'chat.postMessage', { channel: 'U1', text: 'hi' });
    expect(posted.body['channel']).toBe('D1');
    expect(await error(fake, 'conversations.open', { users: 'U9' })).toBe('user_not_found');
  });
});

describe('messages', () => {
  it('updates and deletes only what the bot wrote and what still stands', async () => {
    const fake = await startWithWorld({ eventsUrl: 'http://127.0.0.1:9/' });
    const { ts: theirs } = await fake.threadReply({
      ...{ channel: 'C1', user: 'U1', threadTs: '1700000000.000001', text: 'mine' },
    });
    const at = (ts: string) => ({ channel: 'C1', ts, text: 'x' });
    expect(await error(fake, 'chat.update', at(theirs))).toBe('cant_update_message');
    expect(await error(fake, 'chat.delete', at(theirs))).toBe('cant_delete_message');
    const ts = await post(fake, { text: 'ours' });
    expect(await error(fake, 'chat.delete', at(ts))).toBeUndefined();
    expect(await error(fake, 'chat.update', at(ts))).toBe('message_not_found');
    expect(await error(fake, 'chat.delete', at(ts))).toBe('message_not_found');
    const late = await post(fake, { text: 'late' });
    fake.setEditWindow(0);
    expect(await error(fake, 'chat.update', at(late))).toBe('edit_window_closed');
    fake.archive('C1');
    expect(await error(fake, 'chat.update', at(late))).toBe('is_inactive');
  });

  it('keeps metadata that an update leaves out, and blocks only when no text comes without them', async () => {
    const fake = await startWithWorld();
    const metadata = { event_type: 'turn', event_payload: { id: 'a' } };
    const blocks = [{ type: 'markdown', text: '**a**' }];
    const ts = await post(fake, { text: 'a', blocks, metadata });
    await callSlack(fake, 'chat.update', { channel: 'C1', ts, text: 'b' });
    const [message] = fake.channelMessages('C1');
    expect(message).toMatchObject({ text: 'b', metadata, isEdited: true });
    expect(message).not.toHaveProperty('blocks');
    await callSlack(fake, 'chat.update', { channel: 'C1', ts, text: 'c', metadata: {} });
    expect(fake.channelMessages('C1')[0]).not.toHaveProperty('metadata');
  });

  it('shows no "(edited)" when an update brings blocks', async () => {
    const fake = await startWithWorld();
    const ts = await post(fake, { text: 'a' });
    const blocks = [{ type: 'markdown', text: 'b &lt;c&gt;' }];
    await callSlack(fake, 'chat.update', { channel: 'C1', ts, text: 'b', blocks });
    expect(fake.channelMessages('C1')[0]).toMatchObject({ text: 'b <c>', isEdited: false });
  });

  it('puts a reply to a root that is gone into the channel', async () => {
    const fake = await startWithWorld();
    const root = await post(fake, { text: 'root' });
    const reply = await post(fake, { text: 'reply', thread_ts: root });
    expect(
      await error(fake, 'chat.postMessage', { channel: 'C1', text: 'x', thread_ts: reply }),
    ).toBe('cannot_reply_to_message');
    await callSlack(fake, 'chat.delete', { channel: 'C1', ts: reply });
    await callSlack(fake, 'chat.delete', { channel: 'C1', ts: root });
    const { body } = await callSlack(fake, 'chat.postMessage', {
      ...{ channel: 'C1', text: 'lost', thread_ts: root },
    });
    expect(body['message']).not.toHaveProperty('thread_ts');
  });

  it('shows an ephemeral message to one person and never lets it be changed', async () => {
    const fake = await startWithWorld();
    fake.addChannel({ id: 'C4', members: ['U7'] });
    const say = { channel: 'C1', user: 'U1', text: 'psst' };
    const { body } = await callSlack(fake, 'chat.postEphemeral', say);
    const ts = String(body['message_ts']);
    expect(fake.timeline()).toMatchObject([{ kind: 'ephemeral', onlyFor: 'U1', text: 'psst' }]);
    expect(fake.channelMessages('C1')).toEqual([]);
    expect(await error(fake, 'chat.update', { channel: 'C1', ts, text: 'x' })).toBe(
      'message_not_found',
    );
    expect(await error(fake, 'chat.postEphemeral', { ...say, channel: 'C4' })).toBe(
      'user_not_in_channel',
    );
    await callSlack(fake, 'chat.postEphemeral', {
      ...say,
      thread_ts: await post(fake, { text: 'r' }),
    });
    expect(fake.timeline().filter((each) => each.kind === 'ephemeral')).toHaveLength(1);
  });

  it('gives links, and reactions once', async () => {
    const fake = await startWithWorld();
    const root = await post(fake, { text: 'root' });
    const ts = await post(fake, { text: 'reply', thread_ts: root });
    const { body } = await callSlack(
      ...([fake, 'chat.getPermalink', { channel: 'C1', message_ts: ts }, { as: 'form' }] as const),
    );
    expect(body['permalink']).toBe(
      `https://team-t0fake.slack.com/archives/C1/p${ts.replace('.', '')}?thread_ts=${root}&cid=C1`,
    );
    const eyes = { channel: 'C1', timestamp: ts, name: 'eyes' };
    expect(await error(fake, 'reactions.add', eyes)).toBeUndefined();
    expect(await error(fake, 'reactions.add', eyes)).toBe('already_reacted');
  });
});

describe("with the vendor's own client", () => {
  it('posts, edits and reads back', async () => {
    const fake = await startWithWorld();
    const client = new WebClient('xoxb-one', { slackApiUrl: fake.apiUrl });
    const metadata = { event_type: 'turn', event_payload: { id: 'a' } };
    const blocks = [{ type: 'markdown' as const, text: '**one**' }];
    const { ts = '' } = await client.chat.postMessage({
      channel: 'C1',
      text: 'one',
      blocks,
      metadata,
    });
    await client.chat.update({ channel: 'C1', ts, text: 'two', blocks });
    const thread = await client.conversations.replies({
      ...{ channel: 'C1', ts, include_all_metadata: true },
    });
    expect(thread.messages?.[0]).toMatchObject({ text: 'two', metadata });
    await expect(client.chat.update({ channel: 'C1', ts, text: 'x'.repeat(4001) })).rejects.toThrow(
      'msg_too_long',
    );
  });
});
