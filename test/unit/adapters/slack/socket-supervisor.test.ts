/** Connections are kept open, whatever Slack and the network do, and an operator reads what is wrong. */
import { describe, expect, test } from 'vitest';
import { startSocketWorld } from './socket-fixture.ts';

const opens = 'apps.connections.open';

describe('two connections', () => {
  test('share the events, and one goes on while the other is replaced', async () => {
    const { slack, receiver, metrics, connect, ask, until, added } = await startSocketWorld();
    await connect();
    expect(metrics.total('footnote_slack_socket_connections')).toBe(2);
    await ask('One?');
    await ask('Two?');
    expect(slack.socketEnvelopes().map(({ connection }) => connection)).toEqual([1, 2]);
    slack.killSockets([1]);
    await until(() => slack.socketConnections().length === 1);
    expect(receiver.isReady()).toBe(true);
    expect((await ask('Three?')).deliveries).toMatchObject([{ status: 200 }]);
    await until(() => slack.socketConnections().length === 2);
    expect(slack.socketConnections()).toEqual([2, 3]);
    expect(added).toEqual(['One?', 'Two?', 'Three?']);
  });

  test('stand while they are only quiet', async () => {
    const { slack, metrics, connect, pass } = await startSocketWorld();
    await connect();
    await pass(10 * 60_000);
    expect(slack.socketConnections()).toEqual([1, 2]);
    expect(metrics.total('footnote_slack_socket_ends_total')).toBe(0);
  });

  test('have their replacement before the warned ones are gone', async () => {
    const { slack, log, connect, until } = await startSocketWorld();
    await connect();
    slack.announceDisconnect('warning');
    await until(() => slack.socketConnections().length === 4);
    expect(slack.socketConnections()).toEqual([1, 2, 3, 4]);
    await until(() => slack.socketConnections().length === 2);
    expect(log.lines.filter(({ event }) => event === 'slack sockets lost')).toEqual([]);
  });

  test('that were warned in vain are closed by us', async () => {
    const { slack, connect, until } = await startSocketWorld();
    await connect();
    slack.announceDisconnect('warning');
    // Slack forgets them: nothing more comes, the closing neither.
    slack.stallSockets([1, 2]);
    const tookMs = await until(() => slack.socketConnections().every((number) => number > 2));
    expect(tookMs).toBeLessThanOrEqual(31_000);
  });
});

describe('a stall', () => {
  test('is noticed within 20 s, though the connections are open and nobody says anything', async () => {
    const { slack, receiver, metrics, log, connect, until, pass } = await startSocketWorld();
    await connect();
    await pass(60_000);
    slack.stallSockets();
    const tookMs = await until(() => slack.socketConnections().every((number) => number > 2));
    expect(tookMs).toBeGreaterThan(10_000);
    expect(tookMs).toBeLessThanOrEqual(20_000);
    await until(() => receiver.isReady());
    expect(metrics.total('footnote_slack_socket_ends_total', { cause: 'stalled' })).toBe(2);
    expect(log.lines.filter(({ event }) => event.startsWith('slack sockets'))).toMatchObject([
      { level: 'warn', event: 'slack sockets lost', details: { why: 'stalled' } },
      { level: 'info', event: 'slack sockets back', details: { outageMs: expect.any(Number) } },
    ]);
  });
});

describe('an address', () => {
  test('that Slack does not give makes the role unready and is asked for again, more and more seldom', async () => {
    const { slack, receiver, log, metrics, pass } = await startSocketWorld();
    slack.failNext(opens, { status: 503, times: 1_000 });
    await receiver.start();
    await pass(10_000);
    const early = slack.calls(opens).length;
    await pass(60_000);
    const later = slack.calls(opens).length - early;
    expect(receiver.isReady()).toBe(false);
    expect(early).toBeGreaterThanOrEqual(6);
    expect(later).toBeLessThanOrEqual(8);
    expect(log.lines).toEqual([
      { level: 'warn', event: 'slack sockets lost', details: { why: 'platform_unavailable' } },
    ]);
    expect(
      metrics.total('footnote_platform_calls_total', {
        method: opens,
        outcome: 'platform_unavailable',
      }),
    ).toBe(early + later);
  });

  test('is asked for again after lost connections', async () => {
    const { slack, receiver, until } = await startSocketWorld();
    slack.failNext(opens, { status: 'drop-connection', times: 3 });
    await receiver.start();
    await until(() => slack.socketConnections().length === 2);
    expect(slack.calls(opens)).toHaveLength(5);
  });

  test('is not asked for before Slack allows', async () => {
    const { slack, receiver, pass, until } = await startSocketWorld();
    slack.failNext(opens, { status: 429, retryAfterS: 40, times: 2 });
    await receiver.start();
    await pass(40_000);
    expect(slack.calls(opens)).toHaveLength(2);
    await until(() => slack.socketConnections().length === 2, { withinMs: 2_000 });
  });

  test.each([
    'invalid_auth',
    'not_allowed_token_type',
    'missing_scope',
    'access_denied',
  ])('refused with %s is told once, and asked for once a minute until somebody has mended it', async (error) => {
    const { slack, receiver, log, events, pass, until } = await startSocketWorld();
    slack.failNext(opens, { error, times: 6 });
    await receiver.start();
    await pass(80_000);
    expect(slack.calls(opens)).toHaveLength(4);
    expect(receiver.isReady()).toBe(false);
    expect(log.lines).toEqual([
      {
        level: 'error',
        event: 'slack refuses the app token',
        details: { method: opens, slackCode: error },
      },
      expect.objectContaining({ event: 'slack sockets lost' }),
    ]);
    await until(() => receiver.isReady(), { withinMs: 120_000 });
    expect(events()).toContain('slack sockets back');
  });

  test('of a link that was switched off is asked for once a minute until it is on again', async () => {
    const { slack, receiver, metrics, connect, pass, until } = await startSocketWorld();
    await connect();
    await pass(60_000);
    slack.announceDisconnect('link_disabled');
    await until(() => !receiver.isReady());
    await pass(60_000);
    expect(slack.calls(opens).length).toBeLessThanOrEqual(2 + 2 * 3);
    slack.enableSocketMode();
    await until(() => receiver.isReady(), { withinMs: 60_000 });
    expect(metrics.total('footnote_slack_socket_ends_total', { cause: 'link_disabled' })).toBe(2);
  });
});

test('a connection that ends as soon as it stands is not opened again and again', async () => {
  const { slack, receiver, until, clock } = await startSocketWorld();
  await receiver.start();
  const endAt = clock.monotonic() + 60_000;
  await until(() => {
    slack.killSockets();
    return clock.monotonic() > endAt;
  });
  expect(slack.calls(opens).length).toBeLessThanOrEqual(2 * 10);
  await until(() => slack.socketConnections().length === 2);
});

test('nothing that comes over a connection, and no token, is in the log', async () => {
  const { slack, log, connect, ask, until, hooks } = await startSocketWorld();
  await connect();
  hooks.beforeWrite = () => Promise.reject(new Error('the secret plan'));
  void ask('the secret plan');
  await until(() => log.lines.some(({ level }) => level === 'error'));
  slack.announceDisconnect('refresh_requested');
  await until(() => slack.socketConnections().every((number) => number > 2));
  expect(JSON.stringify(log.lines)).not.toMatch(/secret plan|xapp-|xoxb-|ticket/);
});
