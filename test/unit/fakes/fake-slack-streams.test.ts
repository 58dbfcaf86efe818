/** The fake's streams grow, end and refuse as Slack's do. */
import { describe, expect, it } from 'vitest';
import { callSlack, createManualClock, post, startWithWorld } from './fake-slack-setup.ts';

type Fake = Awaited<ReturnType<typeof startWithWorld>>;
const form = { as: 'form' } as const;

async function startStream(fake: Fake, args: Record<string, unknown> = {}) {
  const channel = fake.openDirectMessage({ user: 'U1' });
  const threadTs = await post(fake, { channel, text: 'root' });
  const recipient = { recipient_user_id: 'U1', recipient_team_id: fake.team.id };
  const { body } = await callSlack(fake, 'chat.startStream', {
    ...{ channel, thread_ts: threadTs, ...recipient, ...args },
  });
  const ts = String(body['ts']);
  const call = async (method: string, more: Record<string, unknown> = {}) =>
    (await callSlack(fake, method, { channel, ts, ...more })).body.error;
  return { error: body.error, channel, threadTs, ts, call };
}

describe('streams', () => {
  it.each([
    ['no thread', { thread_ts: '' }, 'invalid_arguments'],
    ['an unknown thread', { thread_ts: '1.000001' }, 'invalid_thread_ts'],
    ['no recipient', { recipient_user_id: '' }, 'missing_recipient_user_id'],
    ['no team', { recipient_team_id: '' }, 'missing_recipient_team_id'],
    ['a stranger', { recipient_user_id: 'U9' }, 'user_not_found'],
    ['12,001 characters', { markdown_text: 'x'.repeat(12_001) }, 'msg_too_long'],
    ['10,601 bytes', { markdown_text: 'x'.repeat(10_601) }, 'msg_too_long'],
    ['nothing yet', {}, undefined],
    ['a text', { markdown_text: 'Hello' }, undefined],
  ])('started with %s', async (_what, args, error) => {
    expect((await startStream(await startWithWorld(), args)).error).toBe(error);
  });

  it('grow, lose white space at the beginning of a piece, and end with blocks and metadata', async () => {
    const fake = await startWithWorld();
    const { channel, ts, call } = await startStream(fake, { markdown_text: 'One' });
    expect(await call('chat.appendStream', { markdown_text: ' two' })).toBeUndefined();
    expect(await call('chat.appendStream', {})).toBe('markdown_text_or_chunks_required');
    const metadata = { event_type: 'a', event_payload: {} };
    const end = { markdown_text: '!', blocks: [{ type: 'divider' }], metadata };
    expect(await call('chat.stopStream', end)).toBeUndefined();
    expect(fake.growth(channel, ts)).toEqual(['One', 'Onetwo', 'Onetwo!\n\n---']);
    expect(fake.botMessages(channel).at(-1)).toMatchObject({ streamState: 'completed', metadata });
    expect(await call('chat.appendStream', { markdown_text: 'x' })).toBe(
      'message_not_in_streaming_state',
    );
    expect(await call('chat.stopStream')).toBe('message_not_in_streaming_state');
  });

  it('cannot be edited while they grow, and only be edited after five minutes', async () => {
    const clock = createManualClock();
    const { call } = await startStream(await startWithWorld({ clock }), { markdown_text: 'One' });
    expect(await call('chat.update', { text: 'Two' })).toBe('streaming_state_conflict');
    clock.advance(300_000);
    expect(await call('chat.appendStream', { markdown_text: 'x' })).toBe(
      'message_not_in_streaming_state',
    );
    expect(await call('chat.stopStream')).toBe('message_not_in_streaming_state');
    expect(await call('chat.update', { text: 'Two' })).toBeUndefined();
  });

  it('hold so many bytes and no more', async () => {
    const { call } = await startStream(await startWithWorld(), {
      markdown_text: '漢'.repeat(3_000),
    });
    expect(await call('chat.appendStream', { markdown_text: '漢'.repeat(534) })).toBe(
      'msg_too_long',
    );
    expect(await call('chat.appendStream', { markdown_text: '漢'.repeat(533) })).toBeUndefined();
  });

  it('take nothing more once the recipient stopped them, and end with no empty message', async () => {
    const fake = await startWithWorld();
    const stopped = await startStream(fake, { markdown_text: 'One' });
    fake.stopStreamByUser(stopped);
    expect(await stopped.call('chat.appendStream', { markdown_text: 'x' })).toBe('stopped_by_user');
    const empty = await startStream(fake);
    expect(await empty.call('chat.stopStream')).toBe('no_text');
  });

  it('are somebody else’s business', async () => {
    const fake = await startWithWorld({ eventsUrl: 'http://127.0.0.1:9/' });
    const { call } = await startStream(fake);
    const { ts } = await fake.directMessage({ user: 'U1', text: 'x' });
    expect(await call('chat.appendStream', { ts, markdown_text: 'x' })).toBe(
      'message_not_owned_by_app',
    );
  });

  it('tell their state to who reads the thread', async () => {
    const fake = await startWithWorld();
    const { channel, threadTs } = await startStream(fake, { markdown_text: 'One' });
    const args = { channel, ts: threadTs };
    const { body } = await callSlack(fake, 'conversations.replies', args, form);
    expect((body['messages'] as object[])[1]).toMatchObject({ streaming_state: 'in_progress' });
  });

  it('begin twenty times a minute', async () => {
    const clock = createManualClock();
    const fake = await startWithWorld({ clock, limits: 'on' });
    const start = () => callSlack(fake, 'chat.startStream', { channel: 'C1' });
    for (let count = 0; count < 20; count += 1) expect((await start()).status).toBe(200);
    expect((await start()).status).toBe(429);
  });
});
