/** Guilds, channels, roles and people as a test wants them, before and while things happen. */
import { ChannelType } from 'discord-api-types/v10';
import { bitsOf, everyonePermissions } from './permissions.ts';
import type { Channel, Guild, Permission } from './world.ts';
import type { WorldState } from './world-state.ts';

/** As the invite asks for them. */
const botPermissions: readonly Permission[] = [
  ...(['ViewChannel', 'SendMessages', 'SendMessagesInThreads', 'CreatePublicThreads'] as const),
  ...(['EmbedLinks', 'AttachFiles', 'ReadMessageHistory', 'AddReactions'] as const),
];

const channelTypes = {
  text: ChannelType.GuildText,
  announcement: ChannelType.GuildAnnouncement,
  forum: ChannelType.GuildForum,
  voice: ChannelType.GuildVoice,
  category: ChannelType.GuildCategory,
} as const;

export interface SeenGuild {
  readonly id: string;
  /** The managed role of the bot, which people's clients offer as `@footnote`. */
  readonly botRole: string;
}

export const createWorldBuilder = ({
  state,
  firstGuild,
}: {
  readonly state: WorldState;
  /** Where everything goes that names no guild. */
  readonly firstGuild: () => string;
}) => {
  const guildOf = (id: string = firstGuild()): Guild => {
    const guild = state.guilds.get(id);
    if (!guild) throw new Error(`fake Discord has no guild ${id}`);
    return guild;
  };
  const join = (guild: Guild, userId: string, roles: readonly string[]) =>
    guild.members.set(userId, { userId, roles, joinedAtMs: state.clock.now() });

  const addGuild = ({
    name = 'Town',
    permissions = botPermissions,
    everyone = everyonePermissions,
  }: {
    readonly name?: string;
    /** Of the bot's own role. */
    readonly permissions?: readonly Permission[];
    readonly everyone?: readonly Permission[];
  } = {}): SeenGuild => {
    const id = state.nextId();
    const botRole = state.nextId();
    const roles = [
      { id, name: '@everyone', permissions: bitsOf(everyone) },
      { id: botRole, name: 'footnote', permissions: bitsOf(permissions), botId: state.bot.id },
    ];
    const guild: Guild = {
      ...{
        id,
        name,
        ownerId: state.nextId(),
        botIsMember: true,
        isUnavailable: false,
        activeThreadCap: 1000,
      },
      ...{ roles: new Map(roles.map((each) => [each.id, each])), members: new Map() },
    };
    state.guilds.set(id, guild);
    join(guild, state.bot.id, [botRole]);
    state.tell({ kind: 'guild-create', guild });
    return { id, botRole };
  };

  return {
    addGuild,
    /** Gives its id. */
    addChannel({
      guild,
      name = 'help',
      type = 'text',
      tags = [],
      requiresTag = false,
    }: {
      readonly guild?: string;
      readonly name?: string;
      readonly type?: keyof typeof channelTypes;
      /** Of a forum, by name; see `tagOf`. One that begins with `!` is for moderators. */
      readonly tags?: readonly string[];
      readonly requiresTag?: boolean;
    } = {}): string {
      const channel: Channel = {
        ...{ id: state.nextId(), type: channelTypes[type], guildId: guildOf(guild).id, name },
        ...{ overwrites: new Map(), requiresTag, messages: new Map(), typingUntilMs: 0 },
        tags: tags.map((each) => ({
          ...{
            id: state.nextId(),
            name: each.replace(/^!/, ''),
            isModerated: each.startsWith('!'),
          },
        })),
      };
      state.channels.set(channel.id, channel);
      state.tell({ kind: 'channel-create', channel });
      return channel.id;
    },
    /** A member of the guilds that are named, or of the first one. Gives the id. */
    addUser({
      name = 'ann',
      roles = [],
      guilds = [firstGuild()],
      isBot = false,
      refusesDirectMessages = false,
    }: {
      readonly name?: string;
      readonly roles?: readonly string[];
      readonly guilds?: readonly string[];
      readonly isBot?: boolean;
      readonly refusesDirectMessages?: boolean;
    } = {}): string {
      const id = state.nextId();
      state.users.set(id, { id, username: name, isBot, refusesDirectMessages });
      for (const each of guilds) join(guildOf(each), id, roles);
      return id;
    },
    /** Gives its id. */
    addRole({
      guild,
      name = 'helpers',
      permissions = [],
    }: {
      readonly guild?: string;
      readonly name?: string;
      readonly permissions?: readonly Permission[];
    } = {}): string {
      const where = guildOf(guild);
      const role = { id: state.nextId(), name, permissions: bitsOf(permissions) };
      where.roles.set(role.id, role);
      state.tell({ kind: 'role-create', guild: where, role });
      return role.id;
    },
    tagOf(forum: string, name: string): string {
      const tag = state.channel(forum).tags.find((each) => each.name === name);
      if (!tag) throw new Error(`${forum} has no tag ${name}`);
      return tag.id;
    },
    /** What a channel allows or denies to the bot, to everyone, or to a role or person by id. */
    setPermissions({
      channel: id,
      to,
      allow = [],
      deny = [],
    }: {
      readonly channel: string;
      readonly to: 'bot' | 'everyone' | (string & {});
      readonly allow?: readonly Permission[];
      readonly deny?: readonly Permission[];
    }): void {
      const channel = state.channel(id);
      const guild = guildOf(channel.guildId);
      const named: Readonly<Record<string, string>> = { bot: state.bot.id, everyone: guild.id };
      const subject = named[to] ?? to;
      const kind = guild.roles.has(subject) ? 'role' : 'member';
      const bits = { allow: bitsOf(allow), deny: bitsOf(deny) };
      channel.overwrites.set(subject, { id: subject, kind, ...bits });
      state.changed(channel);
    },
    setRoles(user: string, roles: readonly string[], guild?: string): void {
      join(guildOf(guild), user, roles);
    },
    setActiveThreadCap(cap: number, guild?: string): void {
      guildOf(guild).activeThreadCap = cap;
    },
    /** Kicked, or the guild was deleted. */
    removeBotFrom(guildId: string): void {
      const guild = guildOf(guildId);
      guild.botIsMember = false;
      state.tell({ kind: 'guild-delete', guild });
    },
    inviteBotTo(guildId: string): void {
      const guild = guildOf(guildId);
      guild.botIsMember = true;
      state.tell({ kind: 'guild-create', guild });
    },
    /** An outage of one guild: until it is over it comes as unavailable to who connects, and what happens in it is not told. */
    setUnavailable(guildId: string, isUnavailable: boolean): void {
      const guild = guildOf(guildId);
      guild.isUnavailable = isUnavailable;
      state.tell({ kind: isUnavailable ? 'guild-delete' : 'guild-create', guild });
    },
  };
};
