/** The bot before a channel: what it lacks is refused as Discord refuses it. */
import { ChannelType, PermissionFlagsBits } from 'discord-api-types/v10';
import { DiscordRefusal } from './refusal.ts';
import type { Channel, Permission } from './world.ts';
import type { WorldState } from './world-state.ts';

export const threadTypes: readonly number[] = [
  ...[ChannelType.AnnouncementThread, ChannelType.PublicThread, ChannelType.PrivateThread],
];
export const forumTypes: readonly number[] = [ChannelType.GuildForum, ChannelType.GuildMedia];
const withoutText: readonly number[] = [...forumTypes, ChannelType.GuildCategory];

/** Throws 10003, 50001. */
export const seenChannel = (state: WorldState, id: string): Channel => {
  const channel = state.channel(id);
  if (!state.isSeen(channel)) throw new DiscordRefusal(50001);
  return channel;
};

export const may = (state: WorldState, channel: Channel, permission: Permission): boolean =>
  (state.permissions(state.bot.id, channel) & PermissionFlagsBits[permission]) !== 0n;

/** Throws 50013. */
export const mustBeAllowed = (
  state: WorldState,
  channel: Channel,
  ...permissions: readonly Permission[]
): void => {
  if (!permissions.every((each) => may(state, channel, each))) throw new DiscordRefusal(50013);
};

/** Throws 50008, 50013, 50083, 160005; a thread that was archived is opened by the message, see `reopen`. */
export const mustBeAllowedToSpeak = (state: WorldState, channel: Channel): void => {
  if (withoutText.includes(channel.type)) throw new DiscordRefusal(50008);
  const { thread } = channel;
  mustBeAllowed(state, channel, thread ? 'SendMessagesInThreads' : 'SendMessages');
  if (thread?.locked && !may(state, channel, 'ManageThreads')) throw new DiscordRefusal(160005);
};

/** Whoever writes into an archived thread opens it again. */
export const reopen = (state: WorldState, channel: Channel): void => {
  const { thread } = channel;
  if (!thread?.archived || thread.locked) return;
  thread.archived = false;
  thread.archiveChangedAtMs = state.clock.now();
  state.changed(channel);
};
