/**
 * What the gateway tells of a change, as events, each with the intent that is needed to get it.
 * @see https://discord.com/developers/docs/events/gateway-events
 */
import { ChannelType, GatewayIntentBits } from 'discord-api-types/v10';
import { channelJson, guildJson, roleJson, threadMember } from '../channel-json.ts';
import { messageJson } from '../message-json.ts';
import { isoTime, memberJson, memberOf, userJson } from '../people-json.ts';
import type { Channel, Guild, Json, Message } from '../world.ts';
import type { WorldChange, WorldState } from '../world-state.ts';

export interface Dispatch {
  readonly t: string;
  /** Made for each session: some see no content. */
  readonly d: (seesContent: boolean) => Json;
  /** Absent: everybody gets it. */
  readonly intent?: number;
  /** Decides the shard; absent in direct messages. */
  readonly guildId?: string | undefined;
}

export interface Telling {
  readonly state: WorldState;
  readonly origin: string;
}

/** Nothing for what one person alone sees, and nothing of channels that the bot does not see. */
export const dispatchesOf = (change: WorldChange, telling: Telling): readonly Dispatch[] => {
  switch (change.kind) {
    case 'post':
      return ofMessage('MESSAGE_CREATE', change, telling);
    case 'edit':
      return ofMessage('MESSAGE_UPDATE', change, telling);
    case 'delete':
      return change.message.onlyFor === undefined
        ? [ofRemoval('MESSAGE_DELETE', { id: change.message.id }, change.channel)]
        : [];
    case 'bulk-delete': {
      const ids = change.messages.map(({ id }) => id);
      return [ofRemoval('MESSAGE_DELETE_BULK', { ids }, change.channel)];
    }
    case 'channel-create':
    case 'channel-update':
    case 'channel-delete':
      return [ofChannel(change.kind, change.channel, telling)];
    case 'guild-create':
      return [ofGuilds(change.guild, 'GUILD_CREATE', () => shownGuild(change.guild, telling))];
    case 'role-create': {
      const { guild, role } = change;
      const told = { guild_id: guild.id, role: roleJson(role) };
      return [ofGuilds(guild, 'GUILD_ROLE_CREATE', () => told)];
    }
    case 'guild-delete':
      return [ofGuilds(change.guild, 'GUILD_DELETE', () => goneGuild(change.guild))];
  }
};

const intentOf = ({ guildId }: Channel): number =>
  guildId === undefined ? GatewayIntentBits.DirectMessages : GatewayIntentBits.GuildMessages;

const ofMessage = (
  t: string,
  { channel, message }: { readonly channel: Channel; readonly message: Message },
  { state, origin }: Telling,
): readonly Dispatch[] => {
  if (message.onlyFor !== undefined) return [];
  const guild = state.guildOf(channel);
  const d = (seesContent: boolean): Json => {
    const json = messageJson(message, { state, origin, seesContent });
    const people = (json['mentions'] as readonly Json[]).map((each) => ({
      ...each,
      ...memberOf(String(each['id']), guild),
    }));
    return {
      ...{ ...json, mentions: people, channel_type: channel.type },
      ...(channel.guildId === undefined ? {} : { guild_id: channel.guildId }),
      ...(message.webhookId === undefined || message.interaction
        ? memberOf(message.authorId, guild)
        : {}),
    };
  };
  return [{ t, d, intent: intentOf(channel), guildId: channel.guildId }];
};

const ofRemoval = (t: string, what: Json, channel: Channel): Dispatch => ({
  t,
  d: () => ({
    ...what,
    channel_id: channel.id,
    ...(channel.guildId === undefined ? {} : { guild_id: channel.guildId }),
  }),
  ...{ intent: intentOf(channel), guildId: channel.guildId },
});

const channelEvents = {
  'channel-create': ['CHANNEL_CREATE', 'THREAD_CREATE'],
  'channel-update': ['CHANNEL_UPDATE', 'THREAD_UPDATE'],
  'channel-delete': ['CHANNEL_DELETE', 'THREAD_DELETE'],
} as const;

const ofChannel = (
  kind: keyof typeof channelEvents,
  channel: Channel,
  { state }: Telling,
): Dispatch => {
  const [plain, threaded] = channelEvents[kind];
  const { id, type, guildId, parentId } = channel;
  const json = channelJson(channel, state);
  const told = {
    'channel-create': { ...json, ...(channel.thread ? { newly_created: true } : {}) },
    'channel-update': json,
    'channel-delete': channel.thread ? { id, type, guild_id: guildId, parent_id: parentId } : json,
  }[kind];
  return {
    t: channel.thread ? threaded : plain,
    d: () => told,
    ...{ intent: GatewayIntentBits.Guilds, guildId },
  };
};

const ofGuilds = (guild: Guild, t: string, d: () => Json): Dispatch => ({
  ...{ t, d, intent: GatewayIntentBits.Guilds, guildId: guild.id },
});

/** @see https://discord.com/developers/docs/resources/guild#unavailable-guild-object */
const goneGuild = ({ id, isUnavailable }: Guild): Json => ({
  ...{ id, ...(isUnavailable ? { unavailable: true } : {}) },
});

/** @see https://discord.com/developers/docs/events/gateway-events#guild-create */
const shownGuild = (guild: Guild, telling: Telling): Json =>
  guild.isUnavailable ? goneGuild(guild) : wholeGuild(guild, telling);

/** All that GUILD_CREATE holds: without the intent for members, only the bot's own. */
const wholeGuild = (guild: Guild, { state }: Telling): Json => {
  const channels = [...state.channels.values()].filter(({ guildId }) => guildId === guild.id);
  const threads = channels.filter(
    (each) => each.thread && !each.thread.archived && state.isSeen(each),
  );
  const own = guild.members.get(state.bot.id);
  return {
    ...guildJson(guild),
    ...{ joined_at: isoTime(own?.joinedAtMs ?? 0), large: false, unavailable: false },
    member_count: guild.members.size,
    members: own ? [{ ...memberJson(own), user: userJson(state.bot, state.bot.id) }] : [],
    channels: channels
      .filter(({ thread, type }) => !thread && type !== ChannelType.DM)
      .map((each) => channelJson(each, state)),
    threads: threads.map((each) => ({
      ...channelJson(each, state),
      ...(each.thread?.memberIds.has(state.bot.id)
        ? { member: threadMember(each, state.bot.id) }
        : {}),
    })),
    ...{ voice_states: [], presences: [], stage_instances: [], guild_scheduled_events: [] },
    soundboard_sounds: [],
  };
};
