/** The fake's half of Socket Mode, met by a bare WebSocket. */
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import type { FakeSlack, FakeSlackOptions } from '../../fakes/slack/fake-slack.ts';
import { callSlack, createManualClock, startWithWorld } from './fake-slack-setup.ts';

const appToken = 'xapp-one';
const start = (options: Partial<FakeSlackOptions> = {}) => startWithWorld({ appToken, ...options });

const addressOf = async (slack: FakeSlack): Promise<string> => {
  const { body } = await callSlack(slack, 'apps.connections.open', {}, { token: appToken });
  return String(body['url']);
};

type Frame = Readonly<Record<string, unknown>>;

/** A client that has taken its hello, and keeps what comes. */
const connect = async (slack: FakeSlack) => {
  const socket = new WebSocket(await addressOf(slack));
  onTestFinished(() => socket.terminate());
  const frames: Frame[] = [];
  const arrivals: ((frame: Frame) => void)[] = [];
  socket.on('message', (bytes) => {
    const frame: Frame = JSON.parse(String(bytes));
    frames.push(frame);
    arrivals.shift()?.(frame);
  });
  const next = () => new Promise<Frame>((resolve) => arrivals.push(resolve));
  const hello = await next();
  const ack = (frame: Frame, payload?: object) =>
    socket.send(JSON.stringify({ envelope_id: frame['envelope_id'], payload }));
  return { socket, frames, hello, next, ack, closed: once(socket, 'close') };
};

describe('apps.connections.open', () => {
  test.each([
    [null, 'not_authed'],
    ['xoxb-one', 'not_allowed_token_type'],
    ['xapp-other', 'invalid_auth'],
  ])('refuses %s with %s', async (token, error) => {
    const slack = await start();
    const { body } = await callSlack(slack, 'apps.connections.open', {}, { token });
    expect(body).toEqual({ ok: false, error });
  });

  test('gives an address that is good for one connection', async () => {
    const slack = await start();
    const url = await addressOf(slack);
    expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/link\/\?ticket=[\w-]+&app_id=A0FOOTNOTE$/);
    const first = new WebSocket(url);
    await once(first, 'open');
    const [error] = await once(new WebSocket(url), 'error');
    expect(String(error)).toContain('403');
    first.terminate();
  });

  test('is limited like other methods of its tier', async () => {
    const slack = await start({ limits: 'on' });
    for (let tries = 0; tries < 50; tries += 1) await addressOf(slack);
    const { status } = await callSlack(slack, 'apps.connections.open', {}, { token: appToken });
    expect(status).toBe(429);
  });
});

describe('a connection', () => {
  test('is greeted with how many there are, and the eleventh is sent away', async () => {
    const slack = await start();
    const clients = [];
    for (let n = 0; n < 10; n += 1) clients.push(await connect(slack));
    expect(clients.map(({ hello }) => hello['num_connections'])).toEqual([
      ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    ]);
    const eleventh = await connect(slack);
    expect(eleventh.hello).toMatchObject({ type: 'disconnect', reason: 'too_many_websockets' });
    await eleventh.closed;
    expect(slack.socketConnections()).toHaveLength(10);
  });

  test.each([
    'refresh_requested',
    'link_disabled',
  ] as const)('is closed after %s', async (reason) => {
    const slack = await start();
    const client = await connect(slack);
    slack.announceDisconnect(reason);
    await client.closed;
    expect(client.frames.at(-1)).toMatchObject({ type: 'disconnect', reason });
    const { body } = await callSlack(slack, 'apps.connections.open', {}, { token: appToken });
    expect(body.ok).toBe(reason === 'refresh_requested');
  });

  test('stands for ten seconds after a warning', async () => {
    const clock = createManualClock();
    const slack = await start({ clock });
    const client = await connect(slack);
    slack.announceDisconnect('warning');
    expect(await client.next()).toMatchObject({ reason: 'warning' });
    expect(slack.socketConnections()).toEqual([1]);
    clock.advance(10_000);
    await client.closed;
  });

  test('that stalls answers no ping, and one that does not does', async () => {
    const slack = await start();
    const [stalled, sound] = [await connect(slack), await connect(slack)];
    slack.stallSockets([1]);
    let pongs = 0;
    stalled.socket.on('pong', () => {
      pongs += 1;
    });
    stalled.socket.ping();
    sound.socket.ping();
    await once(sound.socket, 'pong');
    expect(pongs).toBe(0);
    expect(slack.socketConnections()).toEqual([1, 2]);
  });

  test('that is killed closes without a close frame', async () => {
    const slack = await start();
    const client = await connect(slack);
    slack.killSockets();
    expect((await client.closed)[0]).toBe(1006);
  });
});

describe('an event', () => {
  test('goes over one connection after the other, each once', async () => {
    const slack = await start();
    const clients = [await connect(slack), await connect(slack)];
    for (const { socket, ack } of clients)
      socket.on('message', (bytes) => ack(JSON.parse(String(bytes))));
    for (const text of ['one', 'two', 'three']) {
      const { deliveries } = await slack.directMessage({ user: 'U1', text });
      expect(deliveries).toMatchObject([{ status: 200, body: '' }]);
    }
    expect(clients.map(({ frames }) => frames.length)).toEqual([3, 2]);
    expect(clients[0]?.frames[1]).toMatchObject({
      type: 'events_api',
      envelope_id: expect.any(String),
      accepts_response_payload: false,
      retry_attempt: 0,
      retry_reason: '',
      payload: { type: 'event_callback', event: { type: 'message', text: 'one' } },
    });
    expect(slack.socketFaults()).toEqual([]);
  });

  test('that nobody acknowledges within 3 s comes again over another one, and a late acknowledgement counts for nothing', async () => {
    const clock = createManualClock();
    const slack = await start({ clock });
    const [first, second] = [await connect(slack), await connect(slack)];
    const told = slack.directMessage({ user: 'U1', text: 'hello', retries: true });
    const frame = await first.next();
    await clock.untilSleeping(3_000);
    clock.advance(3_000);
    const again = await second.next();
    expect(again).toMatchObject({ retry_attempt: 1, retry_reason: 'timeout' });
    expect(again['payload']).toMatchObject({ event_id: 'Ev000000001' });
    first.ack(frame);
    second.ack(again);
    expect((await told).deliveries).toMatchObject([
      { status: 0, failure: 'timeout' },
      { status: 200, retryNum: 1 },
    ]);
    await slack.waitFor(() => slack.socketEnvelopes()[0]?.outcome === 'late');
  });

  test('finds nobody while no connection stands', async () => {
    const slack = await start();
    const { deliveries } = await slack.directMessage({ user: 'U1', text: 'hello' });
    expect(deliveries).toMatchObject([{ status: 0, failure: 'timeout' }]);
  });
});

describe('a command', () => {
  test('takes what shall be shown with its acknowledgement; an event takes nothing', async () => {
    const slack = await start();
    const client = await connect(slack);
    const sent = slack.sendForm({ command: '/ask', text: 'how?' }, { eventType: 'command' });
    const frame = await client.next();
    expect(frame).toMatchObject({
      type: 'slash_commands',
      accepts_response_payload: true,
      payload: { command: '/ask', text: 'how?' },
    });
    client.ack(frame, { text: 'Wait.' });
    expect(await sent).toMatchObject({ status: 200, body: '{"text":"Wait."}' });

    const told = slack.directMessage({ user: 'U1', text: 'hello' });
    client.ack(await client.next(), { text: 'Wait.' });
    await told;
    expect(slack.socketFaults()).toEqual(['a payload that nobody asked for']);
  });

  test('and an interaction carries its payload as it is', async () => {
    const slack = await start();
    const client = await connect(slack);
    const payload = JSON.stringify({ type: 'block_actions', user: { id: 'U1' } });
    const sent = slack.sendForm({ payload }, { eventType: 'block_actions' });
    const frame = await client.next();
    expect(frame).toMatchObject({ type: 'interactive', payload: { type: 'block_actions' } });
    client.ack(frame);
    expect(await sent).toMatchObject({ status: 200 });
  });
});

test('nonsense and a second acknowledgement are faults', async () => {
  const slack = await start();
  const client = await connect(slack);
  const told = slack.directMessage({ user: 'U1', text: 'hello' });
  const frame = await client.next();
  client.ack(frame);
  await told;
  client.ack(frame);
  client.socket.send('what?');
  client.socket.send('{"envelope_id":"none"}');
  await slack.waitFor(() => slack.socketFaults().length === 3);
  expect(slack.socketFaults()[0]).toBe('acknowledged twice');
});
