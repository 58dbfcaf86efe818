/** What the gateway told us of the servers that we are in: channels, threads and roles. What it did not tell is asked for once. */
import { type Client, PermissionFlagsBits } from 'discord.js';
import { ChannelType, Routes } from 'discord-api-types/v10';
import * as z from 'zod';
import { toBotError } from '../../src/domain/errors.ts';
import type { DiscordApi } from './discord-call.ts';
import type { Reader } from './parse-message.ts';
import type { Where } from './places.ts';
import { snowflake } from './snowflake.ts';

export interface Channel extends Where {
  readonly type: ChannelType;
  /** Of the channel or forum that a thread stands in. */
  readonly parentType?: ChannelType | undefined;
  readonly name: string;
}

/** A channel or thread in which somebody wrote. */
export interface Spoken extends Where {
  readonly lastMessage: string;
}

export interface GuildView {
  /** How a message in the server is to be read; without a server: in a direct message. What is named of another server stays unnamed. */
  readerIn(guild: string | undefined): Reader;
  /** Undefined for one that does not exist, or that we may not see. Throws `platform_*`; at most two calls for a channel that the gateway did not tell of. */
  channelOf(id: string): Promise<Channel | undefined>;
  /** The roles of a person in a server; empty for somebody who is not there. One call. Throws `platform_*`. */
  rolesOf(guild: string, user: string): Promise<readonly string[]>;
  /** The threads of a channel that the gateway told us of. */
  threadsOf(channel: string): readonly string[];
  /** Channels and threads of one shard whose messages we may read, in no order. */
  spokenIn(shard: number): readonly Spoken[];
}

const channelSchema = z.object({
  id: snowflake,
  type: z.number(),
  guild_id: snowflake.nullish(),
  parent_id: snowflake.nullish(),
  name: z.string().nullish(),
});
const memberSchema = z.object({ roles: z.array(snowflake) });

const threadTypes: ReadonlySet<ChannelType> = new Set([
  ChannelType.AnnouncementThread,
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
]);
export const isThread = ({ type }: Pick<Channel, 'type'>): boolean => threadTypes.has(type);

const readable = PermissionFlagsBits.ViewChannel | PermissionFlagsBits.ReadMessageHistory;
const maxFetched = 1_000;

/** `client` is the one whose session lives, or undefined before the first. */
export const createGuildView = (deps: {
  readonly client: () => Client | undefined;
  readonly api: Pick<DiscordApi, 'call'>;
}): GuildView => {
  const { client, api } = deps;
  const fetched = new Map<string, Channel>();

  const cached = (id: string) => client()?.channels.cache.get(id);
  const known = (id: string): Channel | undefined => {
    const channel = cached(id);
    if (channel === undefined || channel.isDMBased()) return fetched.get(id);
    const parent = channel.isThread() ? channel.parentId : null;
    return {
      ...{ channel: id, guild: channel.guildId, type: channel.type, name: channel.name },
      ...(parent === null ? {} : { parent, parentType: channel.parent?.type }),
    };
  };

  /** Private threads, and what the cache has let go of. */
  const fetchChannel = async (id: string): Promise<Channel | undefined> => {
    try {
      const found = await api.call(
        { method: 'GET', route: Routes.channel(id) },
        { answer: channelSchema },
      );
      const parent = isThread(found) ? found.parent_id : undefined;
      const channel: Channel = {
        ...{ channel: id, guild: found.guild_id ?? undefined, type: found.type },
        name: found.name ?? '',
        ...(parent ? { parent, parentType: (await channelOf(parent))?.type } : {}),
      };
      fetched.set(id, channel);
      const oldest = fetched.keys().next();
      if (fetched.size > maxFetched && !oldest.done) fetched.delete(oldest.value);
      return channel;
    } catch (error) {
      if (toBotError(error).code === 'platform_forbidden') return undefined;
      throw error;
    }
  };
  const channelOf = async (id: string): Promise<Channel | undefined> =>
    known(id) ?? (await fetchChannel(id));

  return {
    channelOf,
    readerIn(guild) {
      const there = guild === undefined ? undefined : client()?.guilds.cache.get(guild);
      const botUserId = client()?.user?.id ?? '';
      return {
        botUserId,
        botRole: there?.roles.cache.find(({ tags }) => tags?.botId === botUserId)?.id,
        names: {
          role: (id) => there?.roles.cache.get(id)?.name,
          channel: (id) => {
            const channel = known(id);
            return channel?.guild === guild ? channel?.name : undefined;
          },
        },
      };
    },
    async rolesOf(guild, user) {
      try {
        const route = Routes.guildMember(guild, user);
        return (await api.call({ method: 'GET', route }, { answer: memberSchema })).roles;
      } catch (error) {
        if (!toBotError(error).retryable) return [];
        throw error;
      }
    },
    threadsOf: (parent) =>
      [...(client()?.channels.cache.values() ?? [])].flatMap((channel) =>
        channel.isThread() && channel.parentId === parent ? [channel.id] : [],
      ),
    spokenIn: (shard) =>
      [...(client()?.channels.cache.values() ?? [])].flatMap((channel) => {
        if (channel.isDMBased() || !channel.isTextBased()) return [];
        const { guild, lastMessageId } = channel;
        const me = guild.members.me;
        const mayRead = me !== null && channel.permissionsFor(me)?.has(readable) === true;
        if (guild.shardId !== shard || lastMessageId === null || !mayRead) return [];
        const parent = channel.isThread() ? channel.parentId : null;
        return [
          {
            ...{ channel: channel.id, guild: guild.id, lastMessage: lastMessageId },
            ...(parent === null ? {} : { parent }),
          },
        ];
      }),
  };
};
