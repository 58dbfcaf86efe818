/** Holds the connection to Discord's gateway: discord.js resumes and identifies again by itself, we see to the start and to what it cannot mend. */
import { type Client, Events, Status } from 'discord.js';
import { GatewayCloseCodes } from 'discord-api-types/v10';
import * as z from 'zod';
import { BotError } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import type { DiscordSettings } from './discord-call.ts';
import { safeDiscordCause } from './discord-errors.ts';
import { createGatewayClient, type GatewayClient } from './gateway-client.ts';
import { gatewayRefusal } from './gateway-refusals.ts';

/** One dispatch, as Discord sent it. */
export interface Packet {
  /** `MESSAGE_CREATE` and the like. */
  readonly name: string;
  readonly data: unknown;
}

export interface Gateway {
  /** Resolves when it is connected, when the first try failed, or after 10 s; goes on trying behind. */
  start(): Promise<void>;
  stop(): Promise<void>;
  isReady(): boolean;
  /** Undefined before the first try. */
  client(): Client | undefined;
  readonly ended: Promise<BotError>;
}

const packetSchema = z.object({ t: z.string(), d: z.unknown() });

const firstTryMs = 10_000;
const firstWaitMs = 1_000;
const maxWaitMs = 60_000;

/** A shard, or one server of it. */
export interface Section {
  readonly shard: number;
  readonly guild?: string;
}

/**
 * `onPacket` sees every dispatch, in order, before anything else does. `onJoined`: a shard has a new session and its servers, or one of them came later, after
 * an outage of Discord's; what was sent before is not sent again, while a resumed session gets what it missed.
 *
 * Nothing of discord.js' `debug` event is used: it tells the token.
 */
export const createGateway = (deps: {
  readonly settings: DiscordSettings;
  readonly messageContent: boolean;
  readonly onPacket: (packet: Packet) => void;
  readonly onJoined: (section: Section) => void;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
}): Gateway => {
  const { settings, clock, random, log } = deps;
  const stopping = new AbortController();
  const tried = new AbortController();
  let end: (error: BotError) => void = () => {};
  const ended = new Promise<BotError>((resolve) => {
    end = resolve;
  });
  let current: GatewayClient | undefined;

  const refused = (closeCode: number): void => {
    if (stopping.signal.aborted) return;
    const { event, details } = gatewayRefusal(closeCode);
    log.error(event, { closeCode });
    stopping.abort();
    tried.abort();
    end(new BotError('config_invalid', { details: { ...details, closeCode } }));
  };

  const open = (): GatewayClient => {
    const opened = createGatewayClient(deps);
    const { client } = opened;
    client.on(Events.Raw, (packet: unknown) => {
      const parsed = packetSchema.safeParse(packet);
      if (parsed.success) deps.onPacket({ name: parsed.data.t, data: parsed.data.d });
    });
    client.on(Events.ShardReady, (shard) => {
      log.info('discord gateway connected', { shard });
      tried.abort();
      deps.onJoined({ shard });
    });
    client.on(Events.GuildAvailable, ({ id: guild, shardId: shard }) => {
      if (client.ws.shards.get(shard)?.status === Status.Ready) deps.onJoined({ shard, guild });
    });
    client.on(Events.ShardResume, (shard, missed) =>
      log.info('discord gateway resumed', { shard, missed }),
    );
    client.on(Events.ShardReconnecting, (shard) => {
      if (stopping.signal.aborted) return;
      log.warn('discord gateway lost, connecting again', { shard });
      tried.abort();
    });
    client.on(Events.ShardDisconnect, ({ code }) => refused(code));
    client.on(Events.ShardError, (error) => {
      if (!stopping.signal.aborted)
        log.warn('discord gateway failed', { ...safeDiscordCause(error) });
    });
    // Without a listener it would end the process.
    client.on(Events.Error, (error) =>
      log.error('discord client failed', { ...safeDiscordCause(error) }),
    );
    return opened;
  };

  /** Until the first session stands; after that discord.js keeps it. */
  const connect = async (): Promise<void> => {
    for (let failures = 1; !stopping.signal.aborted; failures += 1) {
      current = open();
      try {
        await current.client.login(settings.token);
        return;
      } catch (error) {
        if (stopping.signal.aborted) return;
        const { vendorCode } = safeDiscordCause(error);
        if (vendorCode === 'TokenInvalid') return refused(GatewayCloseCodes.AuthenticationFailed);
        log.warn('discord not reached', { ...safeDiscordCause(error), failures });
        tried.abort();
        await current.destroy();
      }
      const growingMs = Math.min(maxWaitMs, firstWaitMs * 2 ** Math.min(failures - 1, 10));
      await clock
        .sleep(growingMs * (0.5 + random() / 2), { signal: stopping.signal })
        .catch(() => undefined);
    }
  };

  return {
    async start() {
      void connect();
      await clock.sleep(firstTryMs, { signal: tried.signal }).catch(() => undefined);
    },
    async stop() {
      stopping.abort();
      await current?.destroy();
    },
    isReady() {
      const client = current?.client;
      return (
        client?.isReady() === true &&
        client.ws.shards.every(({ status }) => status === Status.Ready)
      );
    },
    client: () => current?.client,
    ended,
  };
};
