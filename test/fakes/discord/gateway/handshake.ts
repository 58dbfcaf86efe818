/**
 * How a connection gets its session: IDENTIFY makes one, RESUME finds it again and tells what was missed.
 * @see https://discord.com/developers/docs/events/gateway#identifying
 * @see https://discord.com/developers/docs/events/gateway#resuming
 */
import {
  ApplicationFlags,
  GatewayCloseCodes,
  GatewayIntentBits,
  GatewayOpcodes,
} from 'discord-api-types/v10';
import { userJson } from '../people-json.ts';
import type { Json } from '../world.ts';
import type { WorldState } from '../world-state.ts';
import { dispatchesOf } from './dispatches.ts';
import { type Connection, hears, openSession, type Session, say, tell } from './session.ts';
import type { SessionStore } from './session-store.ts';

export interface Handshake {
  identify(connection: Connection, data: Json): void;
  resume(connection: Connection, data: Json): void;
  identifies(): number;
  resumes(): number;
}

const knownIntents = Object.values(GatewayIntentBits)
  .filter((each) => typeof each === 'number')
  .reduce((bits, each) => bits | each, 0);
const neverAllowed = GatewayIntentBits.GuildMembers | GatewayIntentBits.GuildPresences;

export const createHandshake = ({
  state,
  sessions,
  token,
  portal,
  origin,
  url,
  sessionStarts,
}: {
  readonly state: WorldState;
  readonly sessions: SessionStore;
  /** The one that is valid now. */
  readonly token: () => string | undefined;
  readonly portal: { readonly messageContent: boolean };
  readonly origin: () => string;
  /** Where a session is resumed. */
  readonly url: () => string;
  /** How many IDENTIFYs the day allows. */
  readonly sessionStarts: number;
}): Handshake => {
  let identifies = 0;
  let resumes = 0;

  const intentsFault = (intents: unknown): number | undefined => {
    if (typeof intents !== 'number' || (intents & ~knownIntents) !== 0)
      return GatewayCloseCodes.InvalidIntents;
    const wantsContent = (intents & GatewayIntentBits.MessageContent) !== 0;
    const isRefused = (wantsContent && !portal.messageContent) || (intents & neverAllowed) !== 0;
    return isRefused ? GatewayCloseCodes.DisallowedIntents : undefined;
  };

  const welcome = (session: Session): void => {
    const guilds = [...state.guilds.values()].filter(
      ({ id, botIsMember }) => botIsMember && hears(session, { guildId: id }),
    );
    const ready: Json = {
      ...{ v: 10, user: { ...userJson(state.bot, state.bot.id), verified: true, email: null } },
      guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
      ...{ session_id: session.id, resume_gateway_url: url(), session_type: 'normal' },
      ...{ private_channels: [], relationships: [], shard: session.shard, _trace: [] },
      application: {
        id: state.bot.id,
        flags: portal.messageContent ? ApplicationFlags.GatewayMessageContentLimited : 0,
      },
    };
    tell(session, { t: 'READY', d: () => ready });
    for (const guild of guilds)
      for (const each of dispatchesOf({ kind: 'guild-create', guild }, { state, origin: origin() }))
        if (hears(session, each)) tell(session, each);
  };

  return {
    identify(connection, { token: given, intents, shard = [0, 1] }) {
      const { socket } = connection;
      identifies += 1;
      if (connection.session) return socket.close(GatewayCloseCodes.AlreadyAuthenticated);
      // More than the day allows, and Discord makes a new token.
      if (given !== token() || identifies > sessionStarts)
        return socket.close(GatewayCloseCodes.AuthenticationFailed, 'Authentication failed.');
      const fault = intentsFault(intents);
      if (fault !== undefined) return socket.close(fault, 'Invalid or disallowed intent(s).');
      const [index, count] = shard as readonly [number, number];
      if (!(index >= 0 && index < count)) return socket.close(GatewayCloseCodes.InvalidShard);
      const session = openSession({
        ...{ intents: Number(intents), shard: [index, count], connection },
      });
      connection.session = session;
      sessions.add(session);
      welcome(session);
    },
    resume(connection, { token: given, session_id: id, seq }) {
      const { socket } = connection;
      if (given !== token())
        return socket.close(GatewayCloseCodes.AuthenticationFailed, 'Authentication failed.');
      const session = sessions.find(id);
      if (!session) return say(connection, { op: GatewayOpcodes.InvalidSession, d: false });
      const heard = Number(seq);
      if (!(heard >= 0 && heard <= session.sequence))
        return socket.close(GatewayCloseCodes.InvalidSeq);
      session.connection?.socket.terminate();
      session.connection = connection;
      connection.session = session;
      session.resumes += 1;
      resumes += 1;
      for (const frame of session.told.slice(heard)) say(connection, frame);
      tell(session, { t: 'RESUMED', d: () => ({ _trace: [] }) });
    },
    identifies: () => identifies,
    resumes: () => resumes,
  };
};
