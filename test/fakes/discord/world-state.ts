/** Everything that Discord knows, and every change of it, told to whoever listens: the gateway, the timeline. */
import { ChannelType, PermissionFlagsBits } from 'discord-api-types/v10';
import type { FakeClock } from '../http/clock.ts';
import { permissionsOf } from './permissions.ts';
import { DiscordRefusal } from './refusal.ts';
import type { Snowflakes } from './snowflakes.ts';
import type { Channel, Guild, Message, Role, User } from './world.ts';

export type WorldChange =
  | { readonly kind: 'post' | 'delete'; readonly channel: Channel; readonly message: Message }
  | {
      readonly kind: 'edit';
      readonly channel: Channel;
      readonly message: Message;
      /** Nobody edited it: a link was unfurled, a thread was made on it. */
      readonly isSilent: boolean;
    }
  | {
      readonly kind: 'bulk-delete';
      readonly channel: Channel;
      readonly messages: readonly Message[];
    }
  | {
      readonly kind: 'channel-create' | 'channel-update' | 'channel-delete';
      readonly channel: Channel;
    }
  | { readonly kind: 'guild-create' | 'guild-delete'; readonly guild: Guild }
  | { readonly kind: 'role-create'; readonly guild: Guild; readonly role: Role };

export type WorldState = ReturnType<typeof createWorldState>;

export const createWorldState = ({
  clock,
  snowflakes,
}: {
  readonly clock: Pick<FakeClock, 'now'>;
  readonly snowflakes: Snowflakes;
}) => {
  const guilds = new Map<string, Guild>();
  const channels = new Map<string, Channel>();
  const users = new Map<string, User>();
  const listeners = new Set<(change: WorldChange) => void>();
  const bot: User = {
    ...{ id: snowflakes.next(), username: 'footnote' },
    ...{ isBot: true, refusesDirectMessages: false },
  };
  users.set(bot.id, bot);

  const tell = (change: WorldChange) => {
    for (const listener of listeners) listener(change);
  };

  const post = (channel: Channel, message: Message): Message => {
    channel.messages.set(message.id, message);
    if (message.authorId === bot.id) channel.typingUntilMs = 0;
    tell({ kind: 'post', channel, message });
    return message;
  };

  const replace = (channel: Channel, message: Message, { isSilent = false } = {}): Message => {
    channel.messages.set(message.id, message);
    tell({ kind: 'edit', channel, message, isSilent });
    return message;
  };

  const remove = (channel: Channel, message: Message): void => {
    channel.messages.delete(message.id);
    tell({ kind: 'delete', channel, message });
  };

  const guildOf = (channel: Channel): Guild | undefined => guilds.get(channel.guildId ?? '');

  /** All of them in a direct message. */
  const permissions = (userId: string, channel: Channel): bigint => {
    const guild = guildOf(channel);
    if (!guild) return ~0n;
    const where = channel.thread ? channels.get(channel.parentId ?? '') : channel;
    return permissionsOf(userId, { guild, where });
  };

  return {
    ...{ bot, guilds, channels, users, clock, nextId: snowflakes.next, tell, post, replace },
    ...{ remove, guildOf, permissions },
    onChange(listener: (change: WorldChange) => void): void {
      listeners.add(listener);
    },
    /** Throws 10003. */
    channel(id: string): Channel {
      const found = channels.get(id);
      if (!found) throw new DiscordRefusal(10003);
      return found;
    },
    /** What stands there for everybody; throws 10008. */
    message(channel: Channel, id: string): Message {
      const found = channel.messages.get(id);
      if (!found || found.onlyFor !== undefined) throw new DiscordRefusal(10008);
      return found;
    },
    /** Whether the bot sees a channel; a private thread only when it is in it, or manages threads. */
    isSeen(channel: Channel): boolean {
      const bits = permissions(bot.id, channel);
      const has = (bit: bigint) => (bits & bit) !== 0n;
      if (guildOf(channel)?.botIsMember === false || !has(PermissionFlagsBits.ViewChannel))
        return false;
      if (channel.type !== ChannelType.PrivateThread) return true;
      return channel.thread?.memberIds.has(bot.id) || has(PermissionFlagsBits.ManageThreads);
    },
    threadsOf: (guild: Guild): readonly Channel[] =>
      [...channels.values()].filter(({ guildId, thread }) => guildId === guild.id && thread),
    directMessageWith(userId: string): Channel {
      const open = [...channels.values()].find((each) => each.recipientId === userId);
      if (open) return open;
      const channel: Channel = {
        ...{ id: snowflakes.next(), type: ChannelType.DM, recipientId: userId, name: '' },
        ...{ overwrites: new Map(), tags: [], requiresTag: false, messages: new Map() },
        typingUntilMs: 0,
      };
      channels.set(channel.id, channel);
      return channel;
    },
    /** With its threads, and everything said in it. */
    removeChannel(channel: Channel): void {
      for (const each of [...channels.values()])
        if (each.parentId === channel.id && each.thread) channels.delete(each.id);
      channels.delete(channel.id);
      tell({ kind: 'channel-delete', channel });
    },
    changed(channel: Channel): void {
      tell({ kind: 'channel-update', channel });
    },
  };
};
