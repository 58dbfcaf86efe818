/** One Socket Mode connection: from its address until it is closed, whoever closes it and however silently. */
import { WebSocket } from 'ws';
import { BotError, safeCause } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import { rest } from './rest.ts';
import { parseSocketFrame, type SocketEnvelope } from './socket-frame.ts';

/** Why a connection ended: Slack said so beforehand, it was closed there or on the way, nothing came any more, or we stopped. */
export type SocketEnd =
  | 'warning'
  | 'refresh_requested'
  | 'link_disabled'
  | 'too_many_websockets'
  | 'announced'
  | 'closed'
  | 'stalled'
  | 'stopped';

export interface SocketConnection {
  /** Resolves when a replacement is due: Slack announced the end, or it came. */
  readonly leaving: Promise<SocketEnd>;
  /** Resolves when nothing is sent or taken any more. */
  readonly closed: Promise<SocketEnd>;
  /** Says that an envelope is dealt with, with what Slack shall show. When the connection is closed by then nothing is sent, and Slack sends the envelope again. */
  acknowledge(envelopeId: string, payload?: unknown): void;
  close(): void;
}

/** Slack pings about as often; a network that forgot the connection (NAT) is woken by ours. */
const pingMs = 5_000;
/** So many pings in a row without a sign of life: 15 to 20 s. Counted and not timed, because a process that was paused has all its answers still unread. */
const maxSilentPings = 3;
const helloTimeoutMs = 10_000;
/** Slack answers a close but keeps the TCP connection. @see https://github.com/slackapi/node-slack-sdk/issues/2752 */
const closeTimeoutMs = 1_000;
/** Far above any event; nobody may make us read more. */
const maxFrameBytes = 4 * 1024 * 1024;

/**
 * Resolves when Slack said hello. Throws `platform_unavailable` when it does not within 10 s, or closes before; the signal's reason when that aborts
 * first. Whether anything comes later is up to the people in Slack, so life is told by pings, never by events.
 */
export const openSocketConnection = async (
  url: string,
  options: {
    readonly onEnvelope: (envelope: SocketEnvelope, connection: SocketConnection) => void;
    readonly clock: Clock;
    readonly log: Log;
    readonly signal: AbortSignal;
  },
): Promise<SocketConnection> => {
  const { clock, log, signal } = options;
  signal.throwIfAborted();
  const socket = new WebSocket(url, { maxPayload: maxFrameBytes, perMessageDeflate: false });
  const greeted = withResolver<void>();
  const leaving = withResolver<SocketEnd>();
  const closed = withResolver<SocketEnd>();
  const over = new AbortController();
  let announced: SocketEnd | undefined;
  let failure: unknown;
  let heard = true;

  const end = (how: SocketEnd): void => {
    if (over.signal.aborted) return;
    over.abort();
    leaving.resolve(announced ?? how);
    closed.resolve(announced ?? how);
  };
  const connection: SocketConnection = {
    leaving: leaving.promise,
    closed: closed.promise,
    acknowledge(envelopeId, payload) {
      if (socket.readyState !== WebSocket.OPEN) return;
      socket.send(
        JSON.stringify({ envelope_id: envelopeId, ...(payload !== undefined && { payload }) }),
        // A failure to send closes the connection, which is told as that.
        () => undefined,
      );
    },
    close() {
      end('stopped');
      socket.close(1_000);
      void rest(clock, { ms: closeTimeoutMs }).then(() => socket.terminate());
    },
  };
  const take = (text: string): void => {
    const frame = parseSocketFrame(text);
    if (frame.kind === 'hello') greeted.resolve();
    else if (frame.kind === 'envelope') options.onEnvelope(frame.envelope, connection);
    else if (frame.kind === 'disconnect') {
      announced = announcedEnd(frame.reason);
      leaving.resolve(announced);
    } else log.warn('slack socket frame of an unknown shape');
  };
  const watch = async (): Promise<void> => {
    let silentPings = 0;
    while (await rest(clock, { ms: pingMs, signal: over.signal })) {
      silentPings = heard ? 0 : silentPings + 1;
      heard = false;
      if (silentPings === maxSilentPings) {
        end('stalled');
        socket.terminate();
      } else if (socket.readyState === WebSocket.OPEN) socket.ping();
    }
  };

  for (const sign of ['message', 'ping', 'pong'])
    socket.on(sign, () => {
      heard = true;
    });
  socket.on('message', (bytes) => {
    if (!over.signal.aborted) take(bytes.toString());
  });
  // `close` follows every error.
  socket.on('error', (error) => {
    failure = error;
  });
  socket.on('close', () => end('closed'));

  const waiting = new AbortController();
  const giveUp = () => end('closed');
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    await Promise.race([
      greeted.promise,
      closed.promise,
      rest(clock, { ms: helloTimeoutMs, signal: waiting.signal }).then((late) => late && giveUp()),
    ]);
  } finally {
    waiting.abort();
    signal.removeEventListener('abort', giveUp);
  }
  if (!over.signal.aborted) {
    void watch();
    return connection;
  }
  socket.terminate();
  signal.throwIfAborted();
  throw new BotError('platform_unavailable', {
    cause: safeCause(failure),
    details: { end: await closed.promise },
  });
};

const announcedEnd = (reason: string): SocketEnd => {
  switch (reason) {
    case 'warning':
    case 'refresh_requested':
    case 'link_disabled':
    case 'too_many_websockets':
      return reason;
    default:
      return 'announced';
  }
};

const withResolver = <Value>() => {
  let resolve: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
};
