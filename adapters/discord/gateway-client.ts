/** discord.js' client as we use it: few intents, next to no caches, and an end that is one. */
import {
  Client,
  type ClientOptions,
  Events,
  GatewayIntentBits,
  Options,
  SimpleShardingStrategy,
  WebSocketShardStatus,
} from 'discord.js';
import type { Clock } from '../../src/ports/clock.ts';
import type { DiscordSettings } from './discord-call.ts';

export interface GatewayClient {
  readonly client: Client;
  /** Says goodbye to Discord; the client connects no more. */
  destroy(): Promise<void>;
}

const minimalIntents =
  GatewayIntentBits.Guilds | GatewayIntentBits.GuildMessages | GatewayIntentBits.DirectMessages;

/** How long a connection that is being made may hold up the end. */
const connectingMs = 1_000;
const lookMs = 50;

type BuildStrategy = NonNullable<NonNullable<ClientOptions['ws']>['buildStrategy']>;
type Shards = Parameters<BuildStrategy>[0];

/** Connects to nothing yet. An event that the client stumbles over is an `error` of it. */
export const createGatewayClient = (deps: {
  readonly settings: DiscordSettings;
  readonly messageContent: boolean;
  readonly clock: Pick<Clock, 'sleep'>;
}): GatewayClient => {
  const { settings, messageContent, clock } = deps;
  let shards: Shards | undefined;
  const client = new Client({
    intents: minimalIntents | (messageContent ? GatewayIntentBits.MessageContent : 0),
    shards: 'auto',
    rest: { api: settings.apiUrl, timeout: settings.callTimeoutMs, retries: 0 },
    makeCache: Options.cacheWithLimits(caches),
    ws: {
      buildStrategy: (manager) => {
        shards = manager;
        return new SimpleShardingStrategy(manager);
      },
    },
  });
  catchStumbles(client);
  return {
    client,
    async destroy() {
      if (shards !== undefined) await park(shards, clock);
      await client.destroy();
    },
  };
};

/**
 * What the client throws on an event of a shape that it does not expect would end the process, with people's words in the error. We read events by ourselves,
 * and before it does.
 */
const catchStumbles = (client: Client): void => {
  const manager = client.ws as unknown as { handlePacket: (...packet: unknown[]) => boolean };
  const handle = manager.handlePacket.bind(manager);
  manager.handlePacket = (...packet) => {
    try {
      return handle(...packet);
    } catch (error) {
      client.emit(Events.Error, error as Error);
      return false;
    }
  };
};

/**
 * A shard that is between two tries would connect after its end, and one whose socket fails while it is being ended would end the process. Both ask for
 * their session before they connect: that question is answered no more.
 */
const park = async (shards: Shards, clock: Pick<Clock, 'sleep'>): Promise<void> => {
  shards.options.retrieveSessionInfo = () => new Promise(() => {});
  for (let waitedMs = 0; waitedMs < connectingMs; waitedMs += lookMs) {
    const statuses = await shards.fetchStatus();
    if (!statuses.some((status) => status === WebSocketShardStatus.Connecting)) return;
    await clock.sleep(lookMs);
  }
};

const onlySelf = {
  maxSize: 0,
  keepOverLimit: ({ id, client }: { readonly id: string; readonly client: Client }): boolean =>
    id === client.user?.id,
};

/** What people wrote is kept nowhere; channels, threads and roles are. */
const caches = {
  ApplicationCommandManager: 0,
  ApplicationEmojiManager: 0,
  AutoModerationRuleManager: 0,
  BaseGuildEmojiManager: 0,
  DMMessageManager: 0,
  EntitlementManager: 0,
  GuildBanManager: 0,
  GuildEmojiManager: 0,
  GuildInviteManager: 0,
  GuildMemberManager: onlySelf,
  GuildMessageManager: 0,
  GuildScheduledEventManager: 0,
  GuildStickerManager: 0,
  MessageManager: 0,
  PresenceManager: 0,
  ReactionManager: 0,
  ReactionUserManager: 0,
  StageInstanceManager: 0,
  ThreadMemberManager: 0,
  UserManager: onlySelf,
  VoiceStateManager: 0,
};
