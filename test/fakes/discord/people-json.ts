/**
 * People as Discord gives them, and its way to write times.
 * @see https://discord.com/developers/docs/resources/user#user-object
 */
import type { Guild, Json, Member, User } from './world.ts';

export const userJson = (user: User | undefined, id: string): Json => ({
  ...{ id, username: user?.username ?? 'Deleted User', discriminator: '0' },
  ...{ global_name: user && !user.isBot ? user.username : null, avatar: null, public_flags: 0 },
  ...(user?.isBot ? { bot: true } : {}),
});

/** Without `user`, as in messages. */
export const memberJson = (member: Member): Json => ({
  ...{ roles: member.roles, joined_at: isoTime(member.joinedAtMs), nick: null, avatar: null },
  ...{ deaf: false, mute: false, flags: 0, premium_since: null, pending: false },
  communication_disabled_until: null,
});

export const memberOf = (userId: string, guild: Guild | undefined): Json => {
  const member = guild?.members.get(userId);
  return member ? { member: memberJson(member) } : {};
};

/** With six digits, as Discord writes it. */
export const isoTime = (ms: number): string => new Date(ms).toISOString().replace('Z', '000+00:00');
