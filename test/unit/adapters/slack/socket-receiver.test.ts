/** Events over Socket Mode become turns before they are acknowledged, whatever happens to the connections. */
import type { App } from '@slack/bolt';
import { describe, expect, test } from 'vitest';
import { BotError, noticeFor } from '../../../../src/domain/errors.ts';
import { createGate } from '../../../fakes/gate.ts';
import { startSocketWorld } from './socket-fixture.ts';

describe('an acknowledgement', () => {
  test('follows the write of the store', async () => {
    const world = await startSocketWorld();
    const { slack, receiver, hooks, added, connect, ask, settle, until } = world;
    await connect();
    const gate = createGate();
    hooks.beforeWrite = () => gate.passed;
    const asked = ask('How?');
    await until(() => receiver.inFlight() === 1);
    await settle();
    expect(slack.socketEnvelopes().map(({ outcome }) => outcome)).toEqual(['waiting']);
    gate.open();
    expect((await asked).deliveries).toMatchObject([{ status: 200, body: '' }]);
    expect(added).toEqual(['How?']);
    expect(receiver.inFlight()).toBe(0);
  });

  test('does not come while the store is down; Slack sends again, and the question is stored once', async () => {
    const world = await startSocketWorld();
    const { hooks, added, connect, ask, until, meanwhile, log, metrics } = world;
    await connect();
    hooks.beforeWrite = async () => {
      throw new BotError('store_unavailable');
    };
    const asked = ask('How?');
    await until(() => log.lines.some(({ level }) => level === 'error'));
    hooks.beforeWrite = async () => {};
    expect((await meanwhile(asked)).deliveries).toMatchObject([
      { status: 0, failure: 'timeout' },
      { status: 200, retryNum: 1 },
    ]);
    expect(added).toEqual(['How?']);
    expect(log.lines.filter(({ event }) => event.startsWith('slack event'))).toEqual([
      {
        level: 'error',
        event: 'slack event not taken in',
        details: { code: 'store_unavailable', retryNum: 0 },
      },
    ]);
    const events = { transport: 'socket', type: 'message' };
    expect(metrics.total('footnote_slack_events_total', { ...events, outcome: 'ok' })).toBe(1);
    expect(metrics.total('footnote_slack_events_total', { ...events, outcome: 'failed' })).toBe(1);
    expect(metrics.seconds('footnote_slack_ack_seconds')).toHaveLength(2);
  });

  test('that comes too late leaves one turn too', async () => {
    const { slack, hooks, added, connect, ask, until, meanwhile } = await startSocketWorld();
    await connect();
    const gate = createGate();
    hooks.beforeWrite = () => gate.passed;
    const asked = ask('How?');
    await until(() => slack.socketEnvelopes().length === 2);
    gate.open();
    expect((await meanwhile(asked)).deliveries.at(-1)).toMatchObject({ status: 200, retryNum: 1 });
    await slack.waitFor(() => slack.socketEnvelopes()[0]?.outcome === 'late');
    expect(added).toEqual(['How?']);
  });
});

describe('200 questions arrive once each', () => {
  type World = Awaited<ReturnType<typeof startSocketWorld>>;
  const causes: Readonly<Record<string, (world: World) => void>> = {
    warning: ({ slack }) => slack.announceDisconnect('warning'),
    refresh_requested: ({ slack }) => slack.announceDisconnect('refresh_requested'),
    link_disabled({ slack }) {
      slack.announceDisconnect('link_disabled');
      slack.enableSocketMode();
    },
    closed: ({ slack }) => slack.killSockets(),
    stalled: ({ slack }) => slack.stallSockets(),
  };

  test.each(Object.entries(causes))('when both connections end by %s', async (cause, happen) => {
    const world = await startSocketWorld();
    const { slack, added, metrics, connect, ask, pass, until, meanwhile } = world;
    await connect();
    const questions = Array.from({ length: 200 }, (_, index) => `Question ${index}?`);
    const asked: ReturnType<typeof ask>[] = [];
    for (const [index, question] of questions.entries()) {
      asked.push(ask(question));
      if (index === 60) happen(world);
      if (index % 10 === 0) await pass(250);
    }
    const deliveries = (await meanwhile(Promise.all(asked))).map((one) => one.deliveries.at(-1));
    expect(deliveries.filter((last) => last?.status !== 200)).toEqual([]);
    expect(added.toSorted()).toEqual(questions.toSorted());
    await until(() => slack.socketConnections().every((number) => number > 2));
    expect(metrics.total('footnote_slack_socket_ends_total', { cause })).toBe(2);
    expect(slack.socketConnections()).toHaveLength(2);
  });

  test('with nothing sent twice when Slack warns before', async () => {
    const { slack, connect, ask, pass, until, added } = await startSocketWorld();
    await connect();
    slack.announceDisconnect('warning');
    const asked: ReturnType<typeof ask>[] = [];
    for (let index = 0; index < 60; index += 1) {
      asked.push(ask(`Question ${index}?`));
      await pass(250);
    }
    await until(() => slack.socketConnections().every((number) => number > 2));
    const all = (await Promise.all(asked)).flatMap(({ deliveries }) => deliveries);
    expect(all.map(({ status }) => status)).toEqual(Array(60).fill(200));
    expect(added).toHaveLength(60);
  });
});

describe('stopping', () => {
  test('takes nothing more in, lets what is in work end, and closes', async () => {
    const world = await startSocketWorld();
    const { slack, receiver, hooks, added, connect, ask, settle, until, meanwhile } = world;
    await connect();
    const gate = createGate();
    hooks.beforeWrite = () => gate.passed;
    const before = ask('Before?');
    await until(() => receiver.inFlight() === 1);
    const stopping = receiver.stop();
    void ask('After?');
    await settle();
    expect(receiver.inFlight()).toBe(1);
    gate.open();
    expect((await before).deliveries).toMatchObject([{ status: 200 }]);
    await meanwhile(stopping);
    await until(() => slack.socketConnections().length === 0);
    expect(added).toEqual(['Before?']);
    expect(receiver.isReady()).toBe(false);
    expect(slack.calls('apps.connections.open')).toHaveLength(2);
  });

  test('waits five seconds at most, and tells what it left', async () => {
    const world = await startSocketWorld();
    const { receiver, hooks, log, connect, ask, until } = world;
    await connect();
    const gate = createGate();
    hooks.beforeWrite = () => gate.passed;
    void ask('How?');
    await until(() => receiver.inFlight() === 1);
    let stopped = false;
    void receiver.stop().then(() => {
      stopped = true;
    });
    const tookMs = await until(() => stopped);
    expect(tookMs).toBeGreaterThanOrEqual(5_000);
    expect(tookMs).toBeLessThan(6_000);
    expect(log.lines.filter(({ level }) => level === 'warn')).toEqual([
      { level: 'warn', event: 'slack sockets closed too early', details: { inFlight: 1 } },
    ]);
    gate.open();
  });

  test('while it connects, and before it began, ends at once', async () => {
    const { slack, receiver, settle, meanwhile } = await startSocketWorld();
    await receiver.start();
    await meanwhile(receiver.stop());
    await settle();
    expect(slack.socketConnections()).toEqual([]);
  });
});

describe('what people do besides writing', () => {
  test('a command is stored before Slack shows that it is looked up', async () => {
    const { slack, hooks, added, connect, until, settle } = await startSocketWorld();
    await connect();
    const gate = createGate();
    hooks.beforeWrite = () => gate.passed;
    const asked = slack.slashCommand({ channel: 'C1', user: 'U1', text: 'How?' });
    await until(() => slack.socketEnvelopes().length === 1);
    await settle();
    expect(slack.socketEnvelopes()[0]).toMatchObject({
      type: 'slash_commands',
      outcome: 'waiting',
    });
    gate.open();
    const { status, body } = await asked;
    expect([status, JSON.parse(body)]).toEqual([
      200,
      {
        response_type: 'ephemeral',
        text: 'I am looking it up. The answer comes in a thread here, or by direct message where I am not a member.',
      },
    ]);
    expect(added).toEqual(['How?']);
  });

  test('a command while the store is down tells the person, and is not sent again', async () => {
    const { slack, hooks, connect } = await startSocketWorld();
    await connect();
    hooks.beforeWrite = async () => {
      throw new BotError('store_unavailable');
    };
    const { status, body } = await slack.slashCommand({
      ...{ channel: 'C1', user: 'U1', text: 'How?' },
    });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ text: noticeFor('store_unavailable') });
    expect(slack.socketEnvelopes()).toHaveLength(1);
  });

  test('a shortcut opens its form', async () => {
    const { slack, connect, ask } = await startSocketWorld();
    await connect();
    const { channel, ts } = await ask('How?');
    const { status } = await slack.messageShortcut({ channel, ts, user: 'U1' });
    expect(status).toBe(200);
    await slack.waitFor(() => slack.modalOf('U1'));
    expect(slack.socketEnvelopes().at(-1)?.type).toBe('interactive');
  });

  test('an event carries nothing to show, whatever a listener gave', async () => {
    const { slack, receiver, connect, ask } = await startSocketWorld();
    const processEvent: App['processEvent'] = async ({ ack }) => ack({ text: 'Wait.' });
    receiver.init({ processEvent } as App);
    await connect();
    expect((await ask('How?')).deliveries).toMatchObject([{ status: 200, body: '' }]);
    expect(slack.socketFaults()).toEqual([]);
  });

  test('an event of a shape that is not known is acknowledged, so that it does not come again, and told', async () => {
    const { slack, connect, log, meanwhile } = await startSocketWorld();
    await connect();
    const event = { type: 'message', channel: 7 };
    const sent = await meanwhile(slack.sendEvent(event));
    expect(sent).toMatchObject({ status: 200, body: '' });
    expect(slack.socketEnvelopes()).toHaveLength(1);
    expect(log.lines.map(({ event: line }) => line)).toContain('slack event of an unknown shape');
  });

  test("what has none of Slack's shapes is not acknowledged, and told", async () => {
    const { slack, connect, log, meanwhile } = await startSocketWorld();
    await connect();
    const payload = JSON.stringify({ type: 5 });
    const sent = await meanwhile(slack.sendForm({ payload }, { eventType: 'unknown' }));
    expect(sent.status).toBe(0);
    expect(log.lines.map(({ event }) => event)).toContain('slack event of an unknown shape');
  });
});
