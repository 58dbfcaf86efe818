/** What a test does to the fake's calls, and what it sees of them: failures, stops, the timeline, the fake as a process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { callDiscord, codeOf, say, startWithWorld } from './fake-discord-setup.ts';

describe('planned failures', () => {
  it('answer with a status, a code of Discord, or a limit', async () => {
    const { fake, channel } = await startWithWorld();
    const post = () => callDiscord(fake, `POST /channels/${channel}/messages`, { content: 'x' });
    fake.failNext('createMessage', { status: 503, times: 2 });
    fake.failNext('createMessage', { code: 50013 });
    fake.failNext('*', { status: 429, retryAfterS: 7, scope: 'global' });
    expect([(await post()).status, (await post()).status]).toEqual([503, 503]);
    const refused = await post();
    expect([refused.status, refused.body.code]).toEqual([403, 50013]);
    const limited = await post();
    expect(limited.body).toMatchObject({ retry_after: 7, global: true });
    expect(limited.headers.get('retry-after')).toBe('7');
    expect((await post()).status).toBe(200);
    expect(fake.calls('createMessage').map(({ isApplied }) => isApplied)).toEqual([
      ...[false, false, false, false, true],
    ]);
  });

  it.each([
    ['drop-connection', 0],
    ['apply-then-drop', 1],
  ] as const)('%s loses the answer and leaves %i message', async (status, left) => {
    const { fake, channel } = await startWithWorld();
    fake.failNext('createMessage', { status });
    await expect(say(fake, channel)).rejects.toThrow('fetch failed');
    expect(fake.messages(channel)).toHaveLength(left);
  });

  it.each([
    ['hang', 0],
    ['apply-then-hang', 1],
  ] as const)('%s never answers and leaves %i message', async (status, left) => {
    const { fake, channel } = await startWithWorld();
    fake.failNext('createMessage', { status });
    const call = say(fake, channel);
    await fake.waitFor(() => fake.calls('createMessage')[0]?.status === 'hanging');
    expect(fake.messages(channel)).toHaveLength(left);
    await fake.close();
    await expect(call).rejects.toThrow('fetch failed');
  });

  it('fit by what the call holds, or are decided for each call', async () => {
    const { fake, channel } = await startWithWorld();
    fake.failNext('createMessage', {
      code: 200000,
      matches: ({ body }) => body['content'] === 'b',
    });
    fake.failBy(({ nth }) => (nth === 3 ? { status: 502 } : undefined));
    const post = (content: string) =>
      callDiscord(fake, `POST /channels/${channel}/messages`, { content });
    expect((await post('a')).status).toBe(200);
    expect((await post('b')).body.code).toBe(200000);
    expect((await post('c')).status).toBe(502);
  });
});

describe('stops', () => {
  it('hold a call before or after Discord did what was asked', async () => {
    const { fake, channel } = await startWithWorld();
    const before = fake.stopAt({ method: 'createMessage' });
    const first = say(fake, channel);
    expect((await before.reached).path).toBe(`/channels/${channel}/messages`);
    expect(fake.messages(channel)).toEqual([]);
    before.release();
    await first;
    const after = fake.stopAt({ method: 'createMessage', when: 'after-apply' });
    const second = say(fake, channel);
    await after.reached;
    expect(fake.messages(channel)).toHaveLength(2);
    after.release('drop');
    await expect(second).rejects.toThrow('fetch failed');
  });
});

describe('the timeline', () => {
  it('tells what people saw, in order, without ids and times', async () => {
    const { fake, channel, ann } = await startWithWorld();
    const asked = fake.mention({ channel, user: ann, text: 'how many?' });
    const path = `/channels/${channel}/messages`;
    const { body } = await callDiscord(fake, `POST ${path}`, { content: 'Looking…' });
    for (const content of ['One', `One two, <@${ann}>`])
      await callDiscord(fake, `PATCH ${path}/${body.id}`, {
        ...{ content, allowed_mentions: { parse: [] } },
      });
    const extra = await say(fake, channel, 'more\nof it');
    await callDiscord(fake, `DELETE ${path}/${extra}`);
    fake.edit({ ...asked, text: 'how many, then?' });
    fake.unfurl({ ...asked, url: 'https://example.org' });
    expect(fake.growth(channel, body.id)).toEqual(['Looking…', 'One', `One two, <@${ann}>`]);
    expect(fake.transcript(channel)).toBe(
      [
        'ann: @footnote how many?',
        'footnote: Looking…',
        'footnote (2 edits): One two, @ann',
        'footnote: more\n  of it',
        'footnote (deleted)',
        'ann (1 edit): how many, then?',
      ].join('\n'),
    );
    const times = fake.timeline(channel).map(({ atMs }) => atMs);
    expect([...times].sort((left, right) => left - right)).toEqual(times);
  });

  it('shows who is typing for ten seconds, or until something is said', async () => {
    const { fake, channel } = await startWithWorld();
    expect(await codeOf(fake, `POST /channels/${channel}/typing`)).toBe(0);
    expect(fake.isTyping(channel)).toBe(true);
    await say(fake, channel);
    expect(fake.isTyping(channel)).toBe(false);
  });
});

it('runs as a process of its own, led over HTTP', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/fakes/discord/main.ts'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { apiUrl, controlUrl, token } = JSON.parse(line) as Record<string, string>;
  const lead = async (operation: string, ...args: unknown[]) =>
    (await fetch(controlUrl + operation, { method: 'POST', body: JSON.stringify(args) })).json();
  const channel = await lead('addChannel', { name: 'help' });
  await fetch(`${apiUrl}/v10/channels/${channel}/messages`, {
    ...{ method: 'POST', body: JSON.stringify({ content: 'hello' }) },
    headers: { 'content-type': 'application/json', authorization: `Bot ${token}` },
  });
  expect(await lead('messages', channel)).toMatchObject([{ text: 'hello', byBot: true }]);
  expect(await lead('nothing')).toEqual({ error: 'unknown operation' });
});
