/** Holds that permissions are computed as Discord documents it: roles, then everybody's overwrite, the roles', the member's. */
import { OverwriteType, PermissionFlagsBits } from 'discord-api-types/v10';
import { describe, expect, it } from 'vitest';
import { channelPermissions } from '../../../../adapters/discord/channel-permissions.ts';

const { ViewChannel, SendMessages, AttachFiles, Administrator, ManageThreads } =
  PermissionFlagsBits;
const guild = '1';
const bot = { id: '9', roles: ['2', '3'] };
const overwrite = (id: string, { allow = 0n, deny = 0n }: { allow?: bigint; deny?: bigint }) => ({
  id,
  type: id === bot.id ? OverwriteType.Member : OverwriteType.Role,
  allow,
  deny,
});
const held = (
  overwrites: readonly ReturnType<typeof overwrite>[],
  { everyone = ViewChannel, own = SendMessages }: { everyone?: bigint; own?: bigint } = {},
) =>
  channelPermissions({
    guild,
    member: bot,
    roles: [
      { id: guild, permissions: everyone },
      { id: '2', permissions: own },
      { id: '3', permissions: 0n },
      { id: '4', permissions: ManageThreads },
    ],
    overwrites,
  });

describe('channelPermissions', () => {
  it("joins everybody's role with the member's, and no other", () => {
    expect(held([])).toBe(ViewChannel | SendMessages);
  });

  it.each([
    ['everybody is denied', [overwrite(guild, { deny: ViewChannel })], SendMessages],
    [
      'a role is allowed what everybody is denied',
      [overwrite(guild, { deny: ViewChannel }), overwrite('2', { allow: ViewChannel })],
      ViewChannel | SendMessages,
    ],
    [
      'one role allows what another one denies, whichever comes first',
      [overwrite('2', { allow: AttachFiles }), overwrite('3', { deny: AttachFiles })],
      ViewChannel | SendMessages | AttachFiles,
    ],
    [
      'the member is denied what a role is allowed',
      [overwrite(bot.id, { deny: AttachFiles }), overwrite('2', { allow: AttachFiles })],
      ViewChannel | SendMessages,
    ],
    [
      'a role that the member has not is allowed',
      [overwrite('4', { allow: AttachFiles })],
      ViewChannel | SendMessages,
    ],
  ])('follows the overwrites where %s', (_what, overwrites, expected) => {
    expect(held(overwrites)).toBe(expected);
  });

  it('lets an administrator do everything, whatever a channel denies', () => {
    const all = held([overwrite(bot.id, { deny: ViewChannel })], { own: Administrator });
    for (const bit of Object.values(PermissionFlagsBits)) expect(all & bit).toBe(bit);
  });

  it("takes a role's id for nobody's member", () => {
    const asMember = { id: '2', type: OverwriteType.Member, allow: AttachFiles, deny: 0n };
    expect(held([asMember])).toBe(ViewChannel | SendMessages);
  });
});
