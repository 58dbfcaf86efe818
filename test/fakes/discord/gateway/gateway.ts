/**
 * Discord's half of the gateway: HELLO, heartbeats, events; and connections that end in every way that people have met.
 *
 * A session outlives its connection by `resumeWindowMs` and hears again what it missed; a new one hears nothing of before.
 * @see https://discord.com/developers/docs/events/gateway
 * @see https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { GatewayCloseCodes, GatewayOpcodes } from 'discord-api-types/v10';
import { type WebSocket, WebSocketServer } from 'ws';
import type { FakeClock } from '../../http/clock.ts';
import type { Json } from '../world.ts';
import type { WorldChange, WorldState } from '../world-state.ts';
import { type Dispatch, dispatchesOf } from './dispatches.ts';
import { createHandshake } from './handshake.ts';
import { type Connection, say } from './session.ts';
import { createSessionStore, type SeenSession } from './session-store.ts';

/** What `GET /gateway/bot` answers. */
export interface GatewayInfo {
  readonly url: string;
  readonly shards: number;
  readonly session_start_limit: Json;
}

export interface GatewayControls {
  /** Those that stand or may still be resumed, oldest first. */
  sessions(): readonly SeenSession[];
  /** How often IDENTIFY was sent, and how often RESUME was accepted. */
  identifies(): number;
  resumes(): number;
  /** Cuts the TCP connections without a word. */
  dropConnections(): void;
  /** Heartbeats over the connections that stand are answered no more; events still come. */
  stopAcks(): void;
  /** Nothing comes any more over the connections that stand, though they stay open (zombies). */
  stallConnections(): void;
  /** Op 7: "reconnect, and resume". */
  askToReconnect(): void;
  /** Op 1: "send a heartbeat now". */
  askForHeartbeat(): void;
  /** Op 9. Without `resumable` the sessions are gone. */
  invalidateSessions(how: { readonly resumable: boolean }): void;
  /** Closes the connections with a code; after 1000, 1001 and those from which there is no return the sessions are gone too. */
  closeSessions(code: number): void;
  /** While it is down nobody can connect: the upgrade is refused with 503. */
  setGatewayDown(isDown: boolean): void;
}

export interface Gateway extends GatewayControls {
  info(): GatewayInfo;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  send(dispatch: Dispatch): void;
  close(): void;
}

const { AuthenticationFailed, DisallowedIntents, InvalidAPIVersion, InvalidIntents, InvalidSeq } =
  GatewayCloseCodes;
const endOfSession: readonly number[] = [
  ...[1000, 1001, AuthenticationFailed, InvalidSeq, GatewayCloseCodes.InvalidShard],
  ...[GatewayCloseCodes.ShardingRequired, InvalidAPIVersion, InvalidIntents, DisallowedIntents],
];
const maxPayloadBytes = 4096;
const highestOpcode = 43;

export const createGateway = ({
  state,
  clock,
  token,
  portal,
  origin,
  onChange,
  heartbeatIntervalMs = 41_250,
  resumeWindowMs,
  sessionStarts = 1000,
}: {
  readonly state: WorldState;
  readonly clock: Pick<FakeClock, 'now'>;
  readonly token: () => string | undefined;
  readonly portal: { readonly messageContent: boolean };
  readonly origin: () => string;
  readonly onChange: () => void;
  readonly heartbeatIntervalMs?: number | undefined;
  readonly resumeWindowMs?: number | undefined;
  readonly sessionStarts?: number | undefined;
}): Gateway => {
  const server = new WebSocketServer({ noServer: true });
  const live = new Set<Connection>();
  const sessions = createSessionStore({ clock, resumeWindowMs });
  const url = () => `${origin().replace('http', 'ws')}/gateway`;
  const handshake = createHandshake({
    ...{ state, sessions, token, portal, origin, url, sessionStarts },
  });
  let isDown = false;

  const send = (dispatch: Dispatch): void => {
    sessions.tellAll(dispatch);
    onChange();
  };

  state.onChange((change) => {
    if (!isTold(state, change)) return;
    for (const each of dispatchesOf(change, { state, origin: origin() })) send(each);
  });

  const greet = (socket: WebSocket): void => {
    const connection: Connection = { socket, isDeaf: false, isStalled: false, session: undefined };
    live.add(connection);
    socket.on('message', (bytes) => {
      if (!connection.isStalled) take(connection, String(bytes));
      onChange();
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', (code) => {
      live.delete(connection);
      const { session } = connection;
      sessions.leave(connection);
      // A client that closes like this means it.
      if (session && !session.connection && (code === 1000 || code === 1001))
        sessions.forget(session);
      onChange();
    });
    say(connection, {
      ...{ op: GatewayOpcodes.Hello, s: null, t: null },
      d: { heartbeat_interval: heartbeatIntervalMs, _trace: [] },
    });
    onChange();
  };

  const take = (connection: Connection, text: string): void => {
    const frame = Buffer.byteLength(text) > maxPayloadBytes ? undefined : parse(text);
    if (!frame) {
      connection.socket.close(GatewayCloseCodes.DecodeError);
      return;
    }
    const { op } = frame;
    const data = (frame['d'] ?? {}) as Json;
    if (op === GatewayOpcodes.Heartbeat) {
      if (!connection.isDeaf) say(connection, { op: GatewayOpcodes.HeartbeatAck });
    } else if (op === GatewayOpcodes.Identify) handshake.identify(connection, data);
    else if (op === GatewayOpcodes.Resume) handshake.resume(connection, data);
    else if (typeof op !== 'number' || op > highestOpcode)
      connection.socket.close(GatewayCloseCodes.UnknownOpcode);
    // Presence, voice and requests for members change nothing that the fake shows.
    else if (!connection.session) connection.socket.close(GatewayCloseCodes.NotAuthenticated);
  };

  const sayToAll = (frame: object) => {
    for (const connection of live) say(connection, frame);
  };

  return {
    send,
    info: () => ({
      ...{ url: url(), shards: 1 },
      session_start_limit: {
        total: sessionStarts,
        remaining: Math.max(0, sessionStarts - handshake.identifies()),
        ...{ reset_after: 86_400_000, max_concurrency: 1 },
      },
    }),
    upgrade(request, socket, head) {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://discord.invalid');
      const isKnown = /^\/gateway\/?$/.test(pathname) && searchParams.get('v') === '10';
      if (isDown || !isKnown) {
        socket.end(`HTTP/1.1 ${isDown ? 503 : 404} Refused\r\nconnection: close\r\n\r\n`);
        return;
      }
      server.handleUpgrade(request, socket, head, greet);
    },
    sessions: sessions.seen,
    identifies: handshake.identifies,
    resumes: handshake.resumes,
    dropConnections() {
      for (const { socket } of live) socket.terminate();
    },
    stopAcks() {
      for (const connection of live) connection.isDeaf = true;
    },
    stallConnections() {
      for (const connection of live) connection.isStalled = true;
    },
    askToReconnect: () => sayToAll({ op: GatewayOpcodes.Reconnect, d: null }),
    askForHeartbeat: () => sayToAll({ op: GatewayOpcodes.Heartbeat, d: null }),
    invalidateSessions({ resumable }) {
      sayToAll({ op: GatewayOpcodes.InvalidSession, d: resumable });
      for (const { session } of live) if (session && !resumable) sessions.forget(session);
    },
    closeSessions(code) {
      for (const { socket, session } of live) {
        if (session && endOfSession.includes(code)) sessions.forget(session);
        socket.close(code);
      }
    },
    setGatewayDown(down) {
      isDown = down;
    },
    close() {
      for (const { socket } of live) socket.terminate();
      server.close();
    },
  };
};

/** Of messages and threads only what the bot sees; of channels everything, as long as it is in the guild. Nothing during an outage of the guild but the outage. */
const isTold = (state: WorldState, change: WorldChange): boolean => {
  if (!('channel' in change)) return !(change.kind === 'role-create' && change.guild.isUnavailable);
  const { channel } = change;
  if (state.guildOf(channel)?.isUnavailable) return false;
  const isOfChannel = change.kind.startsWith('channel-') && !channel.thread;
  return isOfChannel ? (state.guildOf(channel)?.botIsMember ?? true) : state.isSeen(channel);
};

const parse = (text: string): Json | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
};
