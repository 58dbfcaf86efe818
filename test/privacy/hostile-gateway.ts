/** A gateway of Discord's at its worst, on loopback: it says hello as the vendor does, and from then on whatever a test says. */
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ChannelType, GatewayOpcodes } from 'discord-api-types/v10';
import { onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { canaries } from './canaries.ts';

export interface HostileGateway {
  /** Knows nothing but where the gateway is. */
  readonly apiUrl: string;
  /** One dispatch, over every connection. */
  say(packet: { readonly t: unknown; readonly d: unknown }): void;
  sayWords(words: string): void;
  /** Resolves when the client has read all that was said: it answers in order when it is asked for a heartbeat. */
  heard(): Promise<void>;
  /** At most 123 bytes of words. */
  close(code: number, words: string): void;
}

export interface Home {
  readonly bot: string;
  readonly guild: string;
  readonly channel: string;
  /** Of the channel. */
  readonly lastMessage: string;
}

/** The bot is in one server with one channel, where it may do everything. Runs until the test has finished. */
export const startHostileGateway = async (home: Home): Promise<HostileGateway> => {
  const { bot, guild } = home;
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const session_start_limit = {
      ...{ total: 1_000, remaining: 999, reset_after: 86_400_000, max_concurrency: 1 },
    };
    response.end(JSON.stringify({ url, shards: 1, session_start_limit }));
  });
  const sockets = new WebSocketServer({ server });
  const beats = new EventEmitter();
  let sequence = 0;
  const tell = (socket: WebSocket, packet: { readonly t: unknown; readonly d: unknown }): void => {
    sequence += 1;
    socket.send(JSON.stringify({ ...packet, op: GatewayOpcodes.Dispatch, s: sequence }));
  };
  const welcome = (socket: WebSocket): void => {
    const user = { id: bot, username: canaries.person, discriminator: '0', bot: true };
    tell(socket, {
      t: 'READY',
      d: {
        ...{ v: 10, user, guilds: [{ id: guild, unavailable: true }], session_id: 's' },
        ...{ resume_gateway_url: url, application: { id: bot, flags: 0 }, shard: [0, 1] },
      },
    });
    tell(socket, { t: 'GUILD_CREATE', d: guildOf(home, user) });
  };
  sockets.on('connection', (socket) => {
    socket.on('error', () => socket.terminate());
    socket.on('message', (bytes) => {
      const { op } = JSON.parse(String(bytes)) as { readonly op: number };
      if (op === GatewayOpcodes.Identify) welcome(socket);
      if (op !== GatewayOpcodes.Heartbeat) return;
      socket.send(JSON.stringify({ op: GatewayOpcodes.HeartbeatAck }));
      beats.emit('beat');
    });
    socket.send(
      JSON.stringify({ op: GatewayOpcodes.Hello, d: { heartbeat_interval: 41_250 }, s: null }),
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `ws://127.0.0.1:${port}`;
  onTestFinished(async () => {
    const closed = once(server, 'close');
    for (const socket of sockets.clients) socket.terminate();
    server.close();
    server.closeAllConnections();
    await closed;
  });
  const toAll = (act: (socket: WebSocket) => void) => sockets.clients.forEach(act);
  return {
    apiUrl: `http://127.0.0.1:${port}/api`,
    say: (packet) => toAll((socket) => tell(socket, packet)),
    sayWords: (words) => toAll((socket) => socket.send(words)),
    async heard() {
      const beat = once(beats, 'beat');
      toAll((socket) => socket.send(JSON.stringify({ op: GatewayOpcodes.Heartbeat })));
      await beat;
    },
    close: (code, words) => toAll((socket) => socket.close(code, words)),
  };
};

const guildOf = ({ guild, channel, lastMessage }: Home, user: { readonly id: string }) => ({
  ...{ id: guild, name: canaries.heading, owner_id: user.id, members: [{ user, roles: [] }] },
  roles: [{ id: guild, name: '@everyone', permissions: '8', position: 0 }],
  channels: [
    {
      ...{ id: channel, type: ChannelType.GuildText, name: canaries.title, position: 0 },
      ...{ permission_overwrites: [], last_message_id: lastMessage },
    },
  ],
  ...{ threads: [], emojis: [], stickers: [], features: [], voice_states: [], presences: [] },
  ...{ stage_instances: [], guild_scheduled_events: [], member_count: 1 },
});
