/** The fake holds messages to Slack's limits, pages threads, and counts calls. */
import { describe, expect, it } from 'vitest';
import { createRateLimiter, slackRateLimits } from '../../fakes/slack/rate-limits.ts';
import {
  botToken,
  callSlack,
  createManualClock,
  post,
  startWithWorld,
} from './fake-slack-setup.ts';

const markdown = (length: number) => ({ type: 'markdown', text: 'x'.repeat(length) });
const section = (length: number) => ({
  ...{ type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(length) } },
});

describe('lengths', () => {
  it.each([
    ['nothing', {}, 'no_text'],
    ['only white space', { text: ' \n' }, 'no_text'],
    ['Markdown beside text', { text: 'a', markdown_text: 'b' }, 'markdown_text_conflict'],
    ['12,001 of Markdown', { markdown_text: 'x'.repeat(12_001) }, 'msg_too_long'],
    ['12,000 of Markdown', { markdown_text: 'x'.repeat(12_000) }, undefined],
    ['12,000 in two blocks', { blocks: [markdown(6_000), markdown(6_000)] }, undefined],
    ['12,001 in two blocks', { blocks: [markdown(6_000), markdown(6_001)] }, 'msg_blocks_too_long'],
    ['13,173 in two blocks', { blocks: [markdown(12_000), section(1_173)] }, 'msg_blocks_too_long'],
    ['13,172 in two blocks', { blocks: [markdown(12_000), section(1_172)] }, undefined],
    [
      '12,000 that grow when escaped',
      { blocks: [{ type: 'markdown', text: '&'.repeat(2_401) }] },
      'msg_blocks_too_long',
    ],
    [
      'entities as they stand',
      { blocks: [{ type: 'markdown', text: '&amp;'.repeat(2_400) }] },
      undefined,
    ],
    [
      'metadata without a type',
      { text: 'a', metadata: { event_payload: {} } },
      'invalid_metadata_format',
    ],
    ['blocks that are no list', { blocks: { type: 'divider' } }, 'invalid_blocks_format'],
    ['blocks that are no JSON', { blocks: '[{' }, 'invalid_blocks_format'],
  ])('a post with %s', async (_what, content, error) => {
    const fake = await startWithWorld();
    const { body } = await callSlack(fake, 'chat.postMessage', { channel: 'C1', ...content });
    expect(body.error).toBe(error);
    expect(fake.timeline()).toHaveLength(error === undefined ? 1 : 0);
  });

  it.each([
    ['4,000 of text', { text: 'x'.repeat(4_000) }, undefined],
    ['4,001 of text', { text: 'x'.repeat(4_001) }, 'msg_too_long'],
    [
      '4,001 of text beside blocks',
      { text: 'x'.repeat(4_001), blocks: [markdown(1)] },
      'msg_too_long',
    ],
    ['12,001 in blocks', { blocks: [markdown(6_000), markdown(6_001)] }, 'msg_too_long'],
    ['nothing', {}, 'no_text'],
  ])('an update with %s', async (_what, content, error) => {
    const fake = await startWithWorld();
    const ts = await post(fake, { text: 'a' });
    const { body } = await callSlack(fake, 'chat.update', { channel: 'C1', ts, ...content });
    expect(body.error).toBe(error);
  });

  it('cuts a post at 40,000 characters and warns', async () => {
    const fake = await startWithWorld();
    const text = 'x'.repeat(40_001);
    const { body } = await callSlack(fake, 'chat.postMessage', { channel: 'C1', text });
    expect(body['warning']).toBe('message_truncated');
    expect(fake.channelMessages('C1')[0]?.text).toHaveLength(40_000);
  });
});

describe('blocks', () => {
  const button = (more: object) => ({
    ...{ type: 'button', text: { type: 'plain_text', text: 'Go' }, action_id: 'go', ...more },
  });
  it.each([
    ['51 of them', Array.from({ length: 51 }, () => ({ type: 'divider' })), false],
    ['50 of them', Array.from({ length: 50 }, () => ({ type: 'divider' })), true],
    ['an unknown type', [{ type: 'marquee' }], false],
    ['an unknown property', [{ type: 'divider', colour: 'red' }], false],
    ['an empty markdown block', [{ type: 'markdown', text: '' }], false],
    ['3,001 in a section', [section(3_001)], false],
    ['3,000 in a section', [section(3_000)], true],
    ['a section without text', [{ type: 'section' }], false],
    ['mrkdwn in a header', [{ type: 'header', text: { type: 'mrkdwn', text: 'a' } }], false],
    ['a context without elements', [{ type: 'context', elements: [] }], false],
    ['a button', [{ type: 'actions', elements: [button({ value: 'x'.repeat(2_000) })] }], true],
    [
      'a value over 2,000',
      [{ type: 'actions', elements: [button({ value: 'x'.repeat(2_001) })] }],
      false,
    ],
    [
      'the same id twice',
      [
        { type: 'divider', block_id: 'a' },
        { type: 'divider', block_id: 'a' },
      ],
      false,
    ],
  ])('%s', async (_what, blocks, isValid) => {
    const fake = await startWithWorld();
    const { body } = await callSlack(fake, 'chat.postMessage', { channel: 'C1', blocks });
    expect(body.error).toBe(isValid ? undefined : 'invalid_blocks');
    if (!isValid)
      expect(JSON.stringify(body['response_metadata'])).toContain('json-pointer:/blocks');
  });

  it('come back translated: a markdown block is never read again', async () => {
    const fake = await startWithWorld();
    const blocks = [{ type: 'markdown', text: '**a**', block_id: 'mine' }];
    const { body } = await callSlack(fake, 'chat.postMessage', { channel: 'C1', blocks });
    expect(body['message']).toMatchObject({ blocks: [{ type: 'rich_text', block_id: 'b0' }] });
    expect(fake.channelMessages('C1')[0]).toMatchObject({ text: '**a**', blocks });
  });
});

describe('conversations.replies', () => {
  const read = async (fake: Awaited<ReturnType<typeof startWithWorld>>, args: object) => {
    const form = { as: 'form' } as const;
    const { body } = await callSlack(
      fake,
      'conversations.replies',
      { channel: 'C1', ...args },
      form,
    );
    const texts = ((body['messages'] ?? []) as { text: string }[]).map((each) => each.text);
    return { ...body, error: body.error, texts };
  };

  it('gives the root and its replies in order, page by page', async () => {
    const fake = await startWithWorld();
    const ts = await post(fake, { text: 'root' });
    for (const text of ['one', 'two', 'three']) await post(fake, { text, thread_ts: ts });
    const first = await read(fake, { ts, limit: 3 });
    expect(first).toMatchObject({ texts: ['root', 'one', 'two'], has_more: true });
    const cursor = (first as { response_metadata?: { next_cursor: string } }).response_metadata;
    const second = await read(fake, { ts, limit: 3, cursor: cursor?.next_cursor });
    expect(second).toMatchObject({ texts: ['three'], has_more: false });
    expect((await read(fake, { ts, cursor: 'nonsense' })).error).toBe('invalid_cursor');
    expect((await read(fake, { ts, oldest: 'x' })).error).toBe('invalid_ts_oldest');
    expect((await read(fake, { ts: '1700000000.000000' })).error).toBe('thread_not_found');
  });

  it('keeps the root whatever the range, and gives a reply alone', async () => {
    const fake = await startWithWorld();
    const ts = await post(fake, { text: 'root' });
    const one = await post(fake, { text: 'one', thread_ts: ts });
    const two = await post(fake, { text: 'two', thread_ts: ts });
    expect((await read(fake, { ts, oldest: one })).texts).toEqual(['root', 'two']);
    expect((await read(fake, { ts, oldest: one, inclusive: true })).texts).toHaveLength(3);
    expect((await read(fake, { ts, latest: two })).texts).toEqual(['root', 'one']);
    expect((await read(fake, { ts: one })).texts).toEqual(['one']);
  });

  it('gives metadata only when asked', async () => {
    const fake = await startWithWorld();
    const metadata = { event_type: 'turn', event_payload: { id: 'a' } };
    const ts = await post(fake, { text: 'root', metadata });
    const [plain] = ((await read(fake, { ts })) as { messages?: object[] }).messages ?? [];
    expect(plain).not.toHaveProperty('metadata');
    expect(await read(fake, { ts, include_all_metadata: true })).toMatchObject({
      messages: [{ metadata }],
    });
  });
});

describe('rate limits', () => {
  it('allows 50 updates a minute in the whole workspace, by a sliding minute', async () => {
    const clock = createManualClock();
    const fake = await startWithWorld({ clock, limits: 'on' });
    fake.addTeam({ id: 'T2', botToken: 'xoxb-two' });
    fake.addChannel({ id: 'C2' });
    const update = (channel: string, token = botToken) =>
      callSlack(fake, 'chat.update', { channel, ts: '1.000001', text: 'x' }, { token });
    for (let count = 0; count < 25; count += 1) await update('C1');
    clock.advance(20_000);
    for (let count = 0; count < 25; count += 1) await update('C2');
    expect(await update('C1')).toEqual({
      ...{ status: 429, retryAfter: '40', body: { ok: false, error: 'ratelimited' } },
    });
    expect((await update('C1', 'xoxb-two')).status).toBe(200);
    expect((await callSlack(fake, 'auth.test')).status).toBe(200);
    clock.advance(40_000);
    for (let count = 0; count < 25; count += 1) expect((await update('C1')).status).toBe(200);
    expect((await update('C1')).retryAfter).toBe('20');
  });

  it('allows five posts at once and then one a second, by channel', async () => {
    const clock = createManualClock();
    const fake = await startWithWorld({ clock, limits: 'on' });
    fake.addChannel({ id: 'C2' });
    const say = (channel: string) => callSlack(fake, 'chat.postMessage', { channel, text: 'x' });
    for (let count = 0; count < 5; count += 1) expect((await say('C1')).status).toBe(200);
    expect(await say('C1')).toMatchObject({ status: 429, retryAfter: '1' });
    expect((await say('C2')).status).toBe(200);
    clock.advance(1_000);
    expect((await say('C1')).status).toBe(200);
    expect((await say('C1')).status).toBe(429);
  });

  it('allows 300 posts a minute in the workspace', () => {
    const limiter = createRateLimiter({ clock: createManualClock(), limits: slackRateLimits });
    const take = (index: number) =>
      limiter.take({ method: 'chat.postMessage', teamId: 'T1', channel: `C${index}` });
    const waits = Array.from({ length: 301 }, (_, index) => take(index));
    expect(waits.filter((each) => each !== undefined)).toEqual([60]);
    expect(waits.at(-1)).toBe(60);
  });

  it('can be given other rules', async () => {
    const rule = { kind: 'window', limit: 1, windowMs: 5_000, per: 'workspace' } as const;
    const fake = await startWithWorld({ limits: { 'auth.test': [rule] } });
    expect((await callSlack(fake, 'auth.test')).status).toBe(200);
    expect((await callSlack(fake, 'auth.test')).retryAfter).toBe('5');
  });
});
