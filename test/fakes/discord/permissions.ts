/**
 * Who may do what where: roles first, then the channel's overwrites; threads stand under their parent's.
 * @see https://discord.com/developers/docs/topics/permissions#permission-overwrites
 */
import { PermissionFlagsBits } from 'discord-api-types/v10';
import type { Channel, Guild, Permission } from './world.ts';

export const bitsOf = (permissions: readonly Permission[]): bigint =>
  permissions.reduce((bits, name) => bits | PermissionFlagsBits[name], 0n);

/** What `@everyone` has in a new guild, as far as it matters here. */
export const everyonePermissions: readonly Permission[] = [
  ...(['ViewChannel', 'SendMessages', 'SendMessagesInThreads', 'CreatePublicThreads'] as const),
  ...(['ReadMessageHistory', 'AttachFiles', 'EmbedLinks', 'AddReactions'] as const),
  'UseApplicationCommands',
];

const allBits = Object.values(PermissionFlagsBits).reduce((bits, each) => bits | each, 0n);

/** In a guild's channel; `where` is the parent for a thread. */
export const permissionsOf = (
  userId: string,
  { guild, where }: { readonly guild: Guild; readonly where?: Channel | undefined },
): bigint => {
  if (guild.ownerId === userId) return allBits;
  const roles = guild.members.get(userId)?.roles ?? [];
  const base = [guild.id, ...roles].reduce(
    (bits, id) => bits | (guild.roles.get(id)?.permissions ?? 0n),
    0n,
  );
  if (base & PermissionFlagsBits.Administrator) return allBits;
  if (!where) return base;
  const ofRoles = roles.flatMap((id) => where.overwrites.get(id) ?? []);
  const layers = [
    [where.overwrites.get(guild.id)].flatMap((each) => each ?? []),
    ofRoles,
    [where.overwrites.get(userId)].flatMap((each) => each ?? []),
  ];
  return layers.reduce((bits, layer) => {
    const deny = layer.reduce((sum, each) => sum | each.deny, 0n);
    const allow = layer.reduce((sum, each) => sum | each.allow, 0n);
    return (bits & ~deny) | allow;
  }, base);
};
