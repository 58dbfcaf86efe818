/** Asks Discord what the bot may do in a channel or a server, without a gateway. */
import { ChannelType, RESTJSONErrorCodes, Routes } from 'discord-api-types/v10';
import * as z from 'zod';
import { BotError } from '../../src/domain/errors.ts';
import { channelPermissions } from './channel-permissions.ts';
import type { DiscordApi } from './discord-call.ts';
import { type Permission, permissions } from './permissions.ts';

export type InspectedPlace =
  /** `not_found`: Discord knows no such id. `hidden`: the bot is not in the server, or may not see the channel. `unsuitable`: no messages stand in it. */
  | { readonly state: 'not_found' | 'hidden' | 'unsuitable' }
  | {
      readonly state: 'found';
      readonly name: string;
      /** What is used there and the bot may not, in the order of `permissions`. */
      readonly missing: readonly Permission[];
      /** Of a forum; undefined for everything else. */
      readonly tags: readonly { readonly id: string; readonly name: string }[] | undefined;
    };

export interface InspectPlaces {
  inspectChannel(channel: string): Promise<InspectedPlace>;
  /** What the bot may where no channel says otherwise. */
  inspectGuild(guild: string): Promise<InspectedPlace>;
}

const bits = z
  .string()
  .regex(/^\d{1,40}$/)
  .transform(BigInt);
const overwriteSchema = z.object({ id: z.string(), type: z.number(), allow: bits, deny: bits });
const channelSchema = z.object({
  type: z.number(),
  name: z.string().nullish(),
  guild_id: z.string().nullish(),
  parent_id: z.string().nullish(),
  permission_overwrites: z.array(overwriteSchema).nullish(),
  available_tags: z.array(z.object({ id: z.string(), name: z.string() })).nullish(),
});
const guildSchema = z.object({
  name: z.string(),
  roles: z.array(z.object({ id: z.string(), permissions: bits })),
});
const memberSchema = z.object({ roles: z.array(z.string()) });

const threads: readonly number[] = [
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
  ChannelType.AnnouncementThread,
];
const forums: readonly number[] = [ChannelType.GuildForum, ChannelType.GuildMedia];
/** In which threads can be made on messages. */
const withThreads: readonly number[] = [ChannelType.GuildText, ChannelType.GuildAnnouncement];
const voices: readonly number[] = [ChannelType.GuildVoice, ChannelType.GuildStageVoice];

/** A server is asked for once, however many of its channels are looked at. Both members throw what a call throws that does not say that the place is away. */
export const createInspectPlaces = (
  { call }: Pick<DiscordApi, 'call'>,
  bot: { readonly id: string },
): InspectPlaces => {
  const readGuild = async (guild: string) => {
    const [{ name, roles }, member] = await Promise.all([
      call({ method: 'GET', route: Routes.guild(guild) }, { answer: guildSchema }),
      call({ method: 'GET', route: Routes.guildMember(guild, bot.id) }, { answer: memberSchema }),
    ]);
    return { name, of: { guild, roles, member: { id: bot.id, roles: member.roles } } };
  };
  const read = new Map<string, ReturnType<typeof readGuild>>();
  const guildOf = (guild: string): ReturnType<typeof readGuild> => {
    const found = read.get(guild) ?? readGuild(guild);
    read.set(guild, found);
    return found;
  };
  const getChannel = (id: string) =>
    call({ method: 'GET', route: Routes.channel(id) }, { answer: channelSchema });

  return {
    inspectChannel: (id) =>
      orAway(async () => {
        const channel = await getChannel(id);
        const { type, name, guild_id: guild, parent_id: parent, available_tags: tags } = channel;
        const used = usedIn(type);
        if (guild == null || used === undefined) return { state: 'unsuitable' };
        const ruling =
          threads.includes(type) && parent != null ? await getChannel(parent) : channel;
        const { of } = await guildOf(guild);
        const held = channelPermissions({ ...of, overwrites: ruling.permission_overwrites ?? [] });
        return {
          state: 'found',
          name: name ?? id,
          missing: used.filter(({ bit }) => (held & bit) === 0n),
          tags: forums.includes(type) ? (tags ?? []) : undefined,
        };
      }),
    inspectGuild: (id) =>
      orAway(async () => {
        const { name, of } = await guildOf(id);
        const held = channelPermissions({ ...of, overwrites: [] });
        const missing = permissions.filter(({ bit }) => (held & bit) === 0n);
        return { state: 'found', name, missing, tags: undefined };
      }),
  };
};

/** What of the permissions is used in a channel of this type; undefined where no messages stand. */
const usedIn = (type: number): readonly Permission[] | undefined => {
  const without = (...names: readonly string[]) =>
    permissions.filter(({ name }) => !names.includes(name));
  if (withThreads.includes(type)) return without('Manage Threads');
  if (forums.includes(type)) return without('Send Messages', 'Create Public Threads');
  if (threads.includes(type)) return without('Send Messages', 'Create Public Threads');
  if (voices.includes(type))
    return without('Create Public Threads', 'Send Messages in Threads', 'Manage Threads');
  return undefined;
};

const { UnknownChannel, UnknownGuild, UnknownMember, MissingAccess } = RESTJSONErrorCodes;

const orAway = async (look: () => Promise<InspectedPlace>): Promise<InspectedPlace> => {
  try {
    return await look();
  } catch (error) {
    const code = error instanceof BotError ? error.details['discordCode'] : undefined;
    if (code === UnknownChannel || code === UnknownGuild) return { state: 'not_found' };
    if (code === MissingAccess || code === UnknownMember) return { state: 'hidden' };
    throw error;
  }
};
