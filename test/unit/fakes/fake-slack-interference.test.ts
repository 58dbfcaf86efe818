/** A test can let the fake fail, stop the world at a call, and read what a person saw. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { callSlack, post, startReceiver, startWithWorld } from './fake-slack-setup.ts';

const hello = { channel: 'C1', text: 'hello' };

describe('failNext', () => {
  it('answers 429, an outage or a refusal, as often as asked', async () => {
    const fake = await startWithWorld();
    fake.failNext('chat.postMessage', { status: 429, retryAfterS: 7, times: 2 });
    fake.failNext('chat.postMessage', { status: 500 });
    fake.failNext('*', { error: 'fatal_error' });
    const statuses = [];
    for (let count = 0; count < 5; count += 1)
      statuses.push(await callSlack(fake, 'chat.postMessage', hello));
    expect(statuses.map((each) => [each.status, each.retryAfter, each.body.error])).toEqual([
      [429, '7', 'ratelimited'],
      [429, '7', 'ratelimited'],
      [500, null, 'internal_error'],
      [200, null, 'fatal_error'],
      [200, null, undefined],
    ]);
    expect(fake.channelMessages('C1')).toHaveLength(1);
    expect(fake.calls('chat.postMessage').map((each) => each.isApplied)).toEqual([
      ...[false, false, false, false, true],
    ]);
  });

  it('closes the connection before anything happened, or after', async () => {
    const fake = await startWithWorld();
    fake.failNext('chat.postMessage', { status: 'drop-connection' });
    await expect(callSlack(fake, 'chat.postMessage', hello)).rejects.toThrow('fetch failed');
    expect(fake.channelMessages('C1')).toHaveLength(0);
    fake.failNext('chat.postMessage', { status: 'apply-then-drop' });
    await expect(callSlack(fake, 'chat.postMessage', hello)).rejects.toThrow('fetch failed');
    expect(fake.channelMessages('C1')).toHaveLength(1);
    expect(fake.calls().map((each) => each.status)).toEqual(['dropped', 'dropped']);
  });

  it('hangs until it is closed, having done nothing or everything', async () => {
    const fake = await startWithWorld();
    fake.failNext('chat.postMessage', { status: 'hang' });
    fake.failNext('chat.postMessage', { status: 'apply-then-hang' });
    const both = Promise.allSettled([
      callSlack(fake, 'chat.postMessage', hello),
      callSlack(fake, 'chat.postMessage', hello),
    ]);
    await fake.waitFor(() => fake.calls().filter((each) => each.status === 'hanging').length === 2);
    expect(fake.channelMessages('C1')).toHaveLength(1);
    await fake.close();
    expect((await both).map((each) => each.status)).toEqual(['rejected', 'rejected']);
  });
});

describe('stopAt', () => {
  it('holds the nth call before it is applied, the others go on', async () => {
    const fake = await startWithWorld();
    const stop = fake.stopAt({ method: 'chat.postMessage', nth: 2 });
    await post(fake, { text: 'one' });
    const second = post(fake, { text: 'two' });
    expect(await stop.reached).toMatchObject({ nth: 2, args: { text: 'two' }, status: 'open' });
    await post(fake, { text: 'three' });
    expect(fake.channelMessages('C1').map((each) => each.text)).toEqual(['one', 'three']);
    stop.release();
    await second;
    expect(fake.channelMessages('C1').map((each) => each.text)).toEqual(['one', 'three', 'two']);
  });

  it('holds the answer of a call that was applied, and can lose it', async () => {
    const fake = await startWithWorld();
    const stop = fake.stopAt({ method: 'chat.postMessage', when: 'after-apply' });
    await callSlack(fake, 'chat.postMessage', { channel: 'C9', text: 'refused' });
    const lost = callSlack(fake, 'chat.postMessage', hello);
    await stop.reached;
    expect(fake.channelMessages('C1')).toHaveLength(1);
    stop.release('drop');
    await expect(lost).rejects.toThrow('fetch failed');
  });

  it('can hold everybody', async () => {
    const fake = await startWithWorld();
    const stop = fake.stopAt({ matches: (call) => call.args['text'] === 'one', others: 'hold' });
    const one = post(fake, { text: 'one' });
    await stop.reached;
    const two = post(fake, { text: 'two' });
    await fake.waitFor(() => fake.calls().length === 2);
    expect(fake.channelMessages('C1')).toHaveLength(0);
    stop.release();
    await Promise.all([one, two]);
    expect(fake.channelMessages('C1')).toHaveLength(2);
  });

  it.each([
    ['apply', 1],
    ['drop', 0],
  ] as const)('of a client that has gone: %s', async (ifClientGone, messages) => {
    const fake = await startWithWorld();
    const stop = fake.stopAt({ method: 'chat.postMessage', ifClientGone });
    const client = new AbortController();
    const call = fetch(`${fake.apiUrl}chat.postMessage`, {
      method: 'POST',
      signal: client.signal,
      body: new URLSearchParams({ token: 'xoxb-one', ...hello }),
    });
    const { method } = await stop.reached;
    expect(method).toBe('chat.postMessage');
    client.abort();
    await expect(call).rejects.toThrow('aborted');
    await fake.waitFor(() => fake.calls('chat.postMessage')[0]?.isClientGone);
    stop.release();
    await fake.waitFor(() => fake.calls('chat.postMessage')[0]?.status !== 'open');
    expect(fake.channelMessages('C1')).toHaveLength(messages);
  });
});

describe('the timeline', () => {
  it('tells what a person saw: growth, transcript, pings', async () => {
    const receiver = await startReceiver();
    const fake = await startWithWorld({ eventsUrl: receiver.url });
    const { ts: root } = await fake.mention({ channel: 'C1', user: 'U1', text: 'how many < 5?' });
    const ts = await post(fake, { text: 'Searching…', thread_ts: root });
    for (const text of ['One', 'One two.', 'One two.\n\nEnd <!channel> &lt;!here&gt;'])
      await callSlack(fake, 'chat.update', {
        ...{ channel: 'C1', ts, text: 'short', blocks: [{ type: 'markdown', text }] },
      });
    const extra = await post(fake, { text: 'extra <https://a.example/x|x>', thread_ts: root });
    await callSlack(fake, 'chat.delete', { channel: 'C1', ts: extra });
    expect(fake.growth('C1', ts).slice(0, 3)).toEqual(['Searching…', 'One', 'One two.']);
    expect(fake.botMessages('C1', root)).toMatchObject([{ ts, pings: ['<!channel>'] }]);
    expect(fake.transcript('C1', root)).toBe(
      [
        'ann: @U0BOTT0FAKE how many < 5?',
        'footnote: Searching…',
        'footnote (3 edits): One two.',
        '  ',
        '  End @channel <!here>',
        'footnote: extra [x](https://a.example/x)',
        'footnote (deleted)',
      ].join('\n'),
    );
    const times = fake.timeline('C1', root).map((each) => each.atMs);
    expect([...times].sort((left, right) => left - right)).toEqual(times);
  });

  it('wakes who waits, and names what did not come', async () => {
    const fake = await startWithWorld();
    const seen = fake.waitFor(() => fake.botMessages('C1').find((each) => each.text === 'two'));
    await post(fake, { text: 'one' });
    await post(fake, { text: 'two' });
    expect(await seen).toMatchObject({ text: 'two' });
    await expect(
      fake.waitFor(() => fake.calls().length > 9, { timeoutMs: 1, what: 'ten calls' }),
    ).rejects.toThrow('not within 1 ms: ten calls');
  });
});

it('runs as a process of its own, led over HTTP', async () => {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/fakes/slack/main.ts'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { apiUrl, controlUrl } = JSON.parse(line) as { apiUrl: string; controlUrl: string };
  const lead = async (operation: string, ...args: unknown[]) =>
    (await fetch(controlUrl + operation, { method: 'POST', body: JSON.stringify(args) })).json();
  await lead('addChannel', { id: 'C1' });
  await fetch(`${apiUrl}chat.postMessage`, {
    method: 'POST',
    body: new URLSearchParams({ token: 'xoxb-fake', ...hello }),
  });
  expect(await lead('channelMessages', 'C1')).toMatchObject([{ text: 'hello', byBot: true }]);
  expect(await lead('nothing')).toEqual({ error: 'unknown operation' });
});
