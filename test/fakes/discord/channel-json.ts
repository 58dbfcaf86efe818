/**
 * Guilds, channels, threads and roles as Discord gives them.
 * @see https://discord.com/developers/docs/resources/channel#channel-object
 * @see https://discord.com/developers/docs/resources/guild#guild-object
 */
import { isoTime, userJson } from './people-json.ts';
import type { Channel, Guild, Json, Role } from './world.ts';
import type { WorldState } from './world-state.ts';

export const channelJson = (channel: Channel, state: WorldState): Json => {
  const { id, type, guildId, parentId, thread, recipientId } = channel;
  // They came in the order of their ids.
  const last = [...channel.messages.keys()].at(-1) ?? null;
  const shared = { id, type, last_message_id: last, flags: 0 };
  if (recipientId !== undefined)
    return { ...shared, recipients: [userJson(state.users.get(recipientId), recipientId)] };
  const inGuild = { ...shared, guild_id: guildId, name: channel.name, parent_id: parentId ?? null };
  if (!thread) return { ...inGuild, ...placeFields(channel) };
  const count = [...channel.messages.keys()].filter((each) => each !== id).length;
  return {
    ...inGuild,
    owner_id: thread.ownerId,
    ...{ message_count: count, total_message_sent: count, member_count: thread.memberIds.size },
    rate_limit_per_user: 0,
    applied_tags: thread.appliedTags,
    thread_metadata: {
      archived: thread.archived,
      auto_archive_duration: thread.autoArchiveMinutes,
      archive_timestamp: isoTime(thread.archiveChangedAtMs),
      locked: thread.locked,
      create_timestamp: isoTime(thread.createdAtMs),
    },
    ...(thread.memberIds.has(state.bot.id) ? { member: threadMember(channel, state.bot.id) } : {}),
  };
};

const placeFields = ({ overwrites, tags }: Channel): Json => ({
  ...{ position: 0, topic: null, nsfw: false, rate_limit_per_user: 0 },
  permission_overwrites: [...overwrites.values()].map(({ id, kind, allow, deny }) => ({
    ...{ id, type: kind === 'role' ? 0 : 1, allow: String(allow), deny: String(deny) },
  })),
  available_tags: tags.map(({ id, name, isModerated }) => ({
    ...{ id, name, moderated: isModerated, emoji_id: null, emoji_name: null },
  })),
});

export const threadMember = (thread: Channel, userId: string): Json => ({
  ...{ id: thread.id, user_id: userId, flags: 1 },
  join_timestamp: isoTime(thread.thread?.createdAtMs ?? 0),
});

export const roleJson = (role: Role): Json => ({
  ...{ id: role.id, name: role.name, permissions: String(role.permissions), position: 0 },
  ...{ color: 0, colors: { primary_color: 0, secondary_color: null, tertiary_color: null } },
  ...{ hoist: false, managed: role.botId !== undefined, mentionable: true, flags: 0 },
  ...(role.botId === undefined ? {} : { tags: { bot_id: role.botId } }),
});

export const guildJson = (guild: Guild): Json => ({
  ...{ id: guild.id, name: guild.name, owner_id: guild.ownerId, icon: null, features: [] },
  roles: [...guild.roles.values()].map(roleJson),
  ...{ emojis: [], stickers: [], preferred_locale: 'en-US', premium_tier: 0, nsfw_level: 0 },
  ...{ verification_level: 0, default_message_notifications: 0, explicit_content_filter: 0 },
  ...{
    mfa_level: 0,
    afk_timeout: 300,
    system_channel_flags: 0,
    premium_progress_bar_enabled: false,
  },
});
