/**
 * Slack's half of Socket Mode: addresses for one connection each, envelopes that wait 3 s for their acknowledgement, and connections that end in
 * every way that people have met.
 * @see https://docs.slack.dev/apis/events-api/using-socket-mode
 * @see https://github.com/slackapi/python-slack-events-api/issues/93 (retry_attempt, retry_reason `timeout`)
 * @see https://github.com/slackapi/node-slack-sdk/issues/1654 (too_many_websockets)
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { FakeSlackClock } from './clock.ts';
import type { EventTransport, TransportAnswer } from './event-transport.ts';
import { SlackRefusal } from './web-api/web-api-method.ts';

export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled';

/** One frame that carried an event, a command or an interaction. */
export interface SentEnvelope {
  readonly envelopeId: string;
  readonly type: 'events_api' | 'slash_commands' | 'interactive';
  readonly retryAttempt: number;
  /** Which connection it went over, from 1 in the order of their hellos. */
  readonly connection: number;
  /** `late`: the acknowledgement came when Slack had given up. */
  outcome: 'waiting' | 'acknowledged' | 'late' | 'given-up';
}

export interface SocketControls {
  /** Those that stand, by their number, in order. */
  socketConnections(): readonly number[];
  socketEnvelopes(): readonly SentEnvelope[];
  /** What the app sent that Slack would not have understood, or not expected. */
  socketFaults(): readonly string[];
  /**
   * Tells connections (default: all) that they will end. `warning` leaves them ten seconds; the others close them at once. After `link_disabled` no address is given
   * until `enableSocketMode`.
   */
  announceDisconnect(reason: DisconnectReason, connections?: readonly number[]): void;
  enableSocketMode(): void;
  /** From now on nothing comes over them and nothing is answered, not even a ping, though they stay open. Slack itself does not notice. */
  stallSockets(connections?: readonly number[]): void;
  /** Cuts them without a word. */
  killSockets(connections?: readonly number[]): void;
}

export interface SocketMode extends SocketControls, EventTransport {
  /** What `apps.connections.open` answers with; throws SlackRefusal. */
  open(options: { readonly token: string | undefined; readonly isBotToken: boolean }): {
    readonly url: string;
  };
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

const patienceMs = 3_000;
const pingMs = 10_000;
const warningMs = 10_000;
const maxConnections = 10;
const appId = 'A0FOOTNOTE';

interface Connection {
  readonly number: number;
  readonly socket: WebSocket;
  stalled: boolean;
}

interface Waiting {
  readonly sent: SentEnvelope;
  readonly acceptsResponse: boolean;
  readonly settle: (answer: TransportAnswer) => void;
}

export function createSocketMode({
  appToken,
  clock,
  host,
  signal,
  onChange,
}: {
  /** Undefined: the app is not set to Socket Mode. */
  readonly appToken: string | undefined;
  readonly clock: FakeSlackClock;
  /** Host and port of the fake. */
  readonly host: () => string;
  /** Ends waits. */
  readonly signal: AbortSignal;
  readonly onChange: () => void;
}): SocketMode {
  const server = new WebSocketServer({ noServer: true, autoPong: false });
  const tickets = new Set<string>();
  const live: Connection[] = [];
  const envelopes: SentEnvelope[] = [];
  const waiting = new Map<string, Waiting>();
  const faults: string[] = [];
  let lastNumber = 0;
  let turn = 0;
  let isEnabled = true;

  const fault = (text: string) => {
    faults.push(text);
    onChange();
  };
  const say = ({ socket, stalled }: Connection, frame: object) => {
    if (!stalled) socket.send(JSON.stringify(frame));
  };
  const chosen = (numbers: readonly number[] | undefined) =>
    live.filter(({ number }) => numbers?.includes(number) ?? true);
  const after = async (ms: number, act: () => void) => {
    const isOver = await clock.sleep(ms, signal).then(
      () => true,
      // The fake is closing.
      () => false,
    );
    if (isOver) act();
  };

  function greet(socket: WebSocket): void {
    lastNumber += 1;
    const connection: Connection = { number: lastNumber, socket, stalled: false };
    const debugInfo = { host: 'applink-fake-1', started: '2026-01-05 09:00:00.000' };
    if (live.length >= maxConnections) {
      say(connection, { type: 'disconnect', reason: 'too_many_websockets', debug_info: debugInfo });
      socket.close();
      return;
    }
    live.push(connection);
    socket.on('message', (bytes) => !connection.stalled && take(String(bytes)));
    socket.on('ping', (data) => !connection.stalled && socket.pong(data));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      const index = live.indexOf(connection);
      if (index >= 0) live.splice(index, 1);
      onChange();
    });
    say(connection, {
      type: 'hello',
      num_connections: live.length,
      debug_info: { ...debugInfo, build_number: 1, approximate_connection_time: 18_060 },
      connection_info: { app_id: appId },
    });
    void keepPinging(connection);
    onChange();
  }

  async function keepPinging(connection: Connection): Promise<void> {
    await after(pingMs, () => {
      if (!live.includes(connection)) return;
      if (!connection.stalled) connection.socket.ping();
      void keepPinging(connection);
    });
  }

  function take(text: string): void {
    const frame = parse(text);
    const envelopeId = frame?.['envelope_id'];
    const sent = envelopes.find((each) => each.envelopeId === envelopeId);
    const open = waiting.get(String(envelopeId));
    if (!sent) {
      fault(`an acknowledgement of nothing: ${text}`);
      return;
    }
    if (!open) {
      if (sent.outcome !== 'given-up') fault('acknowledged twice');
      sent.outcome = 'late';
      onChange();
      return;
    }
    const payload = frame?.['payload'];
    if (payload !== undefined && !open.acceptsResponse) fault('a payload that nobody asked for');
    open.settle({
      ...{ status: 200, noRetry: false },
      body: payload === undefined ? '' : JSON.stringify(payload),
    });
  }

  /** Waits out Slack's patience even when the connection is cut meanwhile: it gives up by time. */
  function deliver(
    connection: Connection,
    { frame, sent }: { readonly frame: Record<string, unknown>; readonly sent: SentEnvelope },
  ): Promise<TransportAnswer> {
    return new Promise((resolve) => {
      const over = new AbortController();
      const settle = (answer: TransportAnswer) => {
        waiting.delete(sent.envelopeId);
        sent.outcome = answer.status === 200 ? 'acknowledged' : 'given-up';
        over.abort();
        onChange();
        resolve(answer);
      };
      const acceptsResponse = frame['accepts_response_payload'] === true;
      waiting.set(sent.envelopeId, { sent, acceptsResponse, settle });
      const giveUp = () => settle(unanswered);
      clock
        .sleep(patienceMs, AbortSignal.any([over.signal, signal]))
        .then(giveUp, () => signal.aborted && giveUp());
      say(connection, frame);
    });
  }

  return {
    open({ token, isBotToken }) {
      if (token === undefined) throw new SlackRefusal('not_authed');
      if (isBotToken) throw new SlackRefusal('not_allowed_token_type');
      if (token !== appToken) throw new SlackRefusal('invalid_auth');
      // Slack names no code for an app whose Socket Mode is off; any refusal will do.
      if (!isEnabled) throw new SlackRefusal('access_denied');
      const ticket = randomUUID();
      tickets.add(ticket);
      return { url: `ws://${host()}/link/?ticket=${ticket}&app_id=${appId}` };
    },
    upgrade(request, socket, head) {
      const url = new URL(request.url ?? '/', 'http://slack.invalid');
      if (url.pathname !== '/link/' || !tickets.delete(url.searchParams.get('ticket') ?? '')) {
        socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
        return;
      }
      server.handleUpgrade(request, socket, head, greet);
    },
    async send({ body, contentType, retryNum = 0, retryReason = '' }) {
      const { type, payload } = envelopeOf(body, contentType);
      const open = live.filter(({ socket }) => socket.readyState === socket.OPEN);
      const connection = open[turn % Math.max(open.length, 1)];
      turn += 1;
      if (!connection) return unanswered;
      const sent: SentEnvelope = {
        ...{ envelopeId: randomUUID(), type, retryAttempt: retryNum },
        ...{ connection: connection.number, outcome: 'waiting' },
      };
      envelopes.push(sent);
      const frame = {
        ...{ envelope_id: sent.envelopeId, payload, type },
        ...(type === 'events_api'
          ? { accepts_response_payload: false, retry_attempt: retryNum, retry_reason: retryReason }
          : { accepts_response_payload: true }),
      };
      return deliver(connection, { frame, sent });
    },
    socketConnections: () => live.map(({ number }) => number),
    socketEnvelopes: () => [...envelopes],
    socketFaults: () => [...faults],
    announceDisconnect(reason, numbers) {
      if (reason === 'link_disabled') isEnabled = false;
      for (const connection of chosen(numbers)) {
        say(connection, { type: 'disconnect', reason, debug_info: { host: 'applink-fake-1' } });
        const end = () => connection.socket.close();
        if (reason === 'warning') void after(warningMs, end);
        else end();
      }
    },
    enableSocketMode() {
      isEnabled = true;
    },
    stallSockets(numbers) {
      for (const connection of chosen(numbers)) connection.stalled = true;
    },
    killSockets(numbers) {
      for (const { socket } of chosen(numbers)) socket.terminate();
    },
    close() {
      for (const { socket } of [...live]) socket.terminate();
      server.close();
    },
  };
}

const unanswered: TransportAnswer = { status: 0, failure: 'timeout', body: '', noRetry: false };

function envelopeOf(
  body: string,
  contentType: string,
): { readonly type: SentEnvelope['type']; readonly payload: unknown } {
  if (contentType === 'application/json') return { type: 'events_api', payload: JSON.parse(body) };
  const fields = Object.fromEntries(new URLSearchParams(body));
  const { payload } = fields;
  return payload === undefined
    ? { type: 'slash_commands', payload: fields }
    : { type: 'interactive', payload: JSON.parse(payload) };
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
