/** One session of the gateway: what was told it, in order, so that what was missed can be told again. */
import { randomBytes } from 'node:crypto';
import { GatewayIntentBits, GatewayOpcodes } from 'discord-api-types/v10';
import type { WebSocket } from 'ws';
import type { Dispatch } from './dispatches.ts';

export interface Connection {
  readonly socket: WebSocket;
  /** Heartbeats are not answered. */
  isDeaf: boolean;
  /** Nothing at all goes over it, though it stays open. */
  isStalled: boolean;
  session: Session | undefined;
}

export interface Session {
  readonly id: string;
  readonly intents: number;
  readonly shard: readonly [number, number];
  /** Of the last event that was told. */
  sequence: number;
  connection: Connection | undefined;
  lostAtMs?: number;
  resumes: number;
  /** The frame of sequence 1 first. */
  readonly told: object[];
}

export const openSession = (asked: {
  readonly intents: number;
  readonly shard: readonly [number, number];
  readonly connection: Connection;
}): Session => ({
  ...{ ...asked, id: randomBytes(16).toString('hex') },
  ...{ sequence: 0, resumes: 0, told: [] },
});

/** Kept for a resume also when nobody is there to hear it. */
export const tell = (session: Session, { t, d }: Pick<Dispatch, 't' | 'd'>): void => {
  session.sequence += 1;
  const seesContent = (session.intents & GatewayIntentBits.MessageContent) !== 0;
  const frame = { op: GatewayOpcodes.Dispatch, t, s: session.sequence, d: d(seesContent) };
  session.told.push(frame);
  if (session.connection) say(session.connection, frame);
};

export const say = ({ socket, isStalled }: Connection, frame: object): void => {
  if (!isStalled && socket.readyState === socket.OPEN) socket.send(JSON.stringify(frame));
};

/** Whether a session gets an event: by its intents, and by its shard; what is of no guild is for shard 0. */
export const hears = (
  { intents, shard }: Pick<Session, 'intents' | 'shard'>,
  { intent, guildId }: Pick<Dispatch, 'intent' | 'guildId'>,
): boolean => {
  if (intent !== undefined && (intents & intent) === 0) return false;
  const [index, count] = shard;
  if (guildId === undefined) return index === 0;
  return Number((BigInt(guildId) >> 22n) % BigInt(count)) === index;
};
