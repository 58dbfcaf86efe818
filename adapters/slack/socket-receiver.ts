/** Takes Slack's events, commands and interactions over Socket Mode and hands them to Bolt; acknowledges only when the listeners are done. */
import type { Receiver } from '@slack/bolt';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Metrics } from '../../src/ports/metrics.ts';
import { createDispatch } from './dispatch.ts';
import { measuredDispatch } from './measured-dispatch.ts';
import type { OpenSocketUrl } from './open-socket-url.ts';
import { rest } from './rest.ts';
import { claimsEvent, readSlackBody } from './slack-body.ts';
import type { SocketConnection } from './socket-connection.ts';
import type { SocketEnvelope } from './socket-frame.ts';
import { createSocketSupervisor } from './socket-supervisor.ts';

export interface SocketReceiver extends Receiver {
  /** Begins to connect and waits for nothing: the program starts while Slack is away. */
  start(): Promise<void>;
  /** Takes nothing in any more, lets what is being dealt with and its listeners end (at most 5 s), and closes. What comes meanwhile Slack sends again, elsewhere. */
  stop(): Promise<void>;
  /** Whether at least one connection said hello and is alive. */
  isReady(): boolean;
  /** Envelopes that are being dealt with. */
  inFlight(): number;
}

/** One stands while the other one is replaced or stalls: Slack sends each payload over one of them. */
const connections = 2;
const stopTimeoutMs = 5_000;

/**
 * Bolt's own receiver acknowledges an event before its listeners ran. Here an envelope whose listener failed gets no acknowledgement, so that Slack
 * sends it again: at once, after one minute, after five.
 */
export const createSocketReceiver = (deps: {
  readonly openUrl: OpenSocketUrl;
  readonly clock: Clock;
  readonly random: () => number;
  readonly metrics: Metrics;
  readonly log: Log;
}): SocketReceiver => {
  const { clock, log } = deps;
  let stopping = false;
  const inFlight = new Set<Promise<void>>();
  const { init, dispatch, idle } = measuredDispatch(createDispatch(deps), {
    ...deps,
    transport: 'socket',
  });

  const take = async (envelope: SocketEnvelope, connection: SocketConnection): Promise<void> => {
    const { envelopeId, payload, acceptsResponse, retryNum } = envelope;
    const body = readSlackBody(payload);
    if (body === undefined) {
      log.warn('slack event of an unknown shape');
      if (claimsEvent(payload)) connection.acknowledge(envelopeId);
      return;
    }
    const { acknowledged, answer } = await dispatch(body, { retryNum });
    if (acknowledged) connection.acknowledge(envelopeId, acceptsResponse ? answer : undefined);
  };

  const supervisor = createSocketSupervisor({
    ...deps,
    connections,
    onEnvelope(envelope, connection) {
      if (stopping) return;
      const taking = take(envelope, connection).finally(() => inFlight.delete(taking));
      inFlight.add(taking);
    },
  });

  const drained = async (): Promise<void> => {
    const ended = new AbortController();
    const all = Promise.all(inFlight)
      .then(idle)
      .then(() => ended.abort());
    const isLate = rest(clock, { ms: stopTimeoutMs, signal: ended.signal });
    await Promise.race([all, isLate]);
    if (inFlight.size > 0) log.warn('slack sockets closed too early', { inFlight: inFlight.size });
  };

  return {
    init,
    async start() {
      supervisor.start();
    },
    async stop() {
      stopping = true;
      await supervisor.stop({ drained: drained() });
    },
    isReady: () => supervisor.alive() > 0,
    inFlight: () => inFlight.size,
  };
};
