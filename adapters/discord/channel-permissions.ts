/** Computes what a member may do in a channel, as Discord does. Pure. */
import { OverwriteType, PermissionFlagsBits } from 'discord-api-types/v10';

export interface GuildRole {
  readonly id: string;
  readonly permissions: bigint;
}

/** What a channel allows and denies to a role or to a member. */
export interface Overwrite {
  readonly id: string;
  readonly type: OverwriteType;
  readonly allow: bigint;
  readonly deny: bigint;
}

/**
 * The bits of `PermissionFlagsBits`. An administrator holds all of them. For a thread give its parent's overwrites; without any it is what the member may
 * do where no channel says otherwise.
 *
 * @param place.roles All of the server; the one with the server's id is everybody's.
 * @see https://docs.discord.com/developers/topics/permissions#permission-overwrites
 */
export const channelPermissions = (place: {
  readonly guild: string;
  readonly member: { readonly id: string; readonly roles: readonly string[] };
  readonly roles: readonly GuildRole[];
  readonly overwrites: readonly Overwrite[];
}): bigint => {
  const { guild, member, roles, overwrites } = place;
  const base = union(
    roles.flatMap(({ id, permissions }) =>
      id === guild || member.roles.includes(id) ? [permissions] : [],
    ),
  );
  if ((base & PermissionFlagsBits.Administrator) !== 0n) return everything;
  const ofRoles = overwrites.filter(({ type }) => type === OverwriteType.Role);
  /** From the weakest to the strongest. */
  const steps = [
    ofRoles.filter(({ id }) => id === guild),
    ofRoles.filter(({ id }) => id !== guild && member.roles.includes(id)),
    overwrites.filter(({ type, id }) => type === OverwriteType.Member && id === member.id),
  ];
  return steps.reduce(
    (held, step) =>
      (held & ~union(step.map(({ deny }) => deny))) | union(step.map(({ allow }) => allow)),
    base,
  );
};

const union = (bits: readonly bigint[]): bigint => bits.reduce((all, one) => all | one, 0n);
const everything = union(Object.values(PermissionFlagsBits));
