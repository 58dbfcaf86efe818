/** The fake's files, status line and history answer and refuse as Slack's do. */
import { describe, expect, it } from 'vitest';
import {
  botToken,
  callSlack,
  createManualClock,
  post,
  startWithWorld,
} from './fake-slack-setup.ts';

type Fake = Awaited<ReturnType<typeof startWithWorld>>;
const form = { as: 'form' } as const;

describe('the status line', () => {
  it('stands for two minutes, or until the app writes, or until it is taken away', async () => {
    const clock = createManualClock();
    const fake = await startWithWorld({ clock });
    const threadTs = await post(fake, { text: 'root' });
    const set = async (status: unknown, more: object = {}) =>
      (
        await callSlack(fake, 'assistant.threads.setStatus', {
          ...{ channel_id: 'C1', thread_ts: threadTs, status, ...more },
        })
      ).body.error;
    expect(await set('is thinking')).toBeUndefined();
    expect(fake.status('C1', threadTs)).toBe('is thinking');
    clock.advance(120_000);
    expect(fake.status('C1', threadTs)).toBeUndefined();
    await set('is thinking');
    await post(fake, { text: 'answer', thread_ts: threadTs });
    expect(fake.status('C1', threadTs)).toBeUndefined();
    await set('is thinking');
    expect(await set('')).toBeUndefined();
    expect(fake.status('C1', threadTs)).toBeUndefined();
    expect(await set(undefined)).toBe('invalid_arguments');
    expect(await set('x', { thread_ts: '1.000001' })).toBe('invalid_thread_ts');
    expect(await set('x', { channel_id: 'C9' })).toBe('channel_not_found');
  });

  it('counts by channel', async () => {
    const fake = await startWithWorld({ limits: 'on', clock: createManualClock() });
    fake.addChannel({ id: 'C2' });
    const set = async (channel: string) =>
      (await callSlack(fake, 'assistant.threads.setStatus', { channel_id: channel })).status;
    for (let count = 0; count < 60; count += 1) expect(await set('C1')).toBe(200);
    expect(await set('C1')).toBe(429);
    expect(await set('C2')).toBe(200);
  });
});

describe('files', () => {
  async function upload(fake: Fake, text = 'hello') {
    const { body } = await callSlack(fake, 'files.getUploadURLExternal', {
      ...{ filename: 'a.md', length: Buffer.byteLength(text) },
    });
    const url = String(body['upload_url']);
    const send = async (content: string) =>
      (await fetch(url, { method: 'POST', body: content })).status;
    return { id: String(body['file_id']), send };
  }
  const complete = async (fake: Fake, id: string, more: object = {}) =>
    (
      await callSlack(fake, 'files.completeUploadExternal', {
        ...{ files: [{ id, title: 'A title' }], channel_id: 'C1', ...more },
      })
    ).body.error;

  it('are shared once, after their bytes came, in the size that was said', async () => {
    const fake = await startWithWorld();
    const threadTs = await post(fake, { text: 'root' });
    const { id, send } = await upload(fake);
    expect(await complete(fake, id)).toBe('file_not_found');
    expect(await send('hell')).toBe(400);
    expect(await send('hello')).toBe(200);
    expect(await send('hello')).toBe(404);
    expect(await complete(fake, id, { channel_id: 'C9' })).toBe('channel_not_found');
    expect(await complete(fake, id, { thread_ts: threadTs })).toBeUndefined();
    expect(await complete(fake, id)).toBe('file_not_found');
    expect(fake.files('C1')).toMatchObject([
      { id, name: 'a.md', title: 'A title', text: 'hello', threadTs },
    ]);
    const empty = { filename: 'a.md', length: 0 };
    expect((await callSlack(fake, 'files.getUploadURLExternal', empty)).body.error).toBe(
      'missing_argument',
    );
  });

  it('may be shown late', async () => {
    const fake = await startWithWorld();
    const { id, send } = await upload(fake);
    await send('hello');
    fake.holdShares();
    await complete(fake, id);
    expect(fake.files('C1')).toEqual([]);
    fake.releaseShares();
    expect(fake.files('C1')).toHaveLength(1);
  });

  it('leave a tombstone in their message when they are deleted', async () => {
    const fake = await startWithWorld();
    const { id, send } = await upload(fake);
    await send('hello');
    await complete(fake, id);
    const remove = async (file: string) =>
      (await callSlack(fake, 'files.delete', { file })).body.error;
    expect(await remove(id)).toBeUndefined();
    expect(await remove(id)).toBe('file_deleted');
    expect(await remove('F9')).toBe('file_not_found');
    expect(await remove(fake.addFile({ name: 'b', user: 'U1', content: 'b' }).id)).toBe(
      'cant_delete_file',
    );
    expect(fake.files('C1')).toEqual([]);
    expect(fake.botMessages('C1')).toMatchObject([{ files: [] }]);
  });

  it('are private: another token gets the sign-in page', async () => {
    const fake = await startWithWorld();
    const { id } = fake.addFile({ name: 'b.txt', user: 'U1', content: 'secret' });
    const { body } = await callSlack(fake, 'files.info', { file: id }, form);
    const file = body['file'] as Record<string, string>;
    expect(file).toMatchObject({ name: 'b.txt', size: 6, mimetype: 'text/plain' });
    const get = async (token?: string) => {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const response = await fetch(String(file['url_private_download']), { headers });
      return [response.status, await response.text()];
    };
    expect(await get(botToken)).toEqual([200, 'secret']);
    expect((await get())[1]).toContain('Sign in');
    expect((await get('xoxb-other'))[1]).toContain('Sign in');
  });
});

describe('conversations.history', () => {
  it('gives what stands in the channel, newest first, page by page', async () => {
    const fake = await startWithWorld();
    const first = await post(fake, { text: 'one' });
    await post(fake, { text: 'in the thread', thread_ts: first });
    for (const text of ['two', 'three']) await post(fake, { text });
    const read = async (args: Record<string, unknown>) => {
      const { body } = await callSlack(
        fake,
        'conversations.history',
        { channel: 'C1', ...args },
        form,
      );
      const texts = ((body['messages'] ?? []) as { text: string }[]).map((each) => each.text);
      return {
        texts,
        cursor: (body['response_metadata'] as { next_cursor?: string })?.next_cursor,
      };
    };
    const page = await read({ limit: 2 });
    expect(page.texts).toEqual(['three', 'two']);
    expect(await read({ limit: 2, cursor: page.cursor })).toEqual({ texts: ['one'] });
    expect((await read({ oldest: first })).texts).toEqual(['three', 'two']);
  });
});
