/** What the doctor sees of Discord: the token, the intent, the commands, and each permission that is missing in a place. */
import {
  ApplicationFlags,
  ChannelType,
  OverwriteType,
  PermissionFlagsBits,
} from 'discord-api-types/v10';
import { describe, expect, test } from 'vitest';
import { commands } from '../../../adapters/discord/commands.ts';
import type { DiscordCall } from '../../../adapters/discord/discord-call.ts';
import { permissions } from '../../../adapters/discord/permissions.ts';
import { type Finding, runChecks } from '../../../app/checks/check.ts';
import { checkDiscord } from '../../../app/checks/check-discord.ts';
import { BotError } from '../../../src/domain/errors.ts';
import { createSystemClock } from '../../../src/drivers/system/system-clock.ts';
import { buildConfig } from '../../fakes/build-config.ts';

const guild = '100000000000000001';
const bot = '100000000000000002';
const application = '100000000000000003';
const everybody = permissions.reduce((sum, { bit }) => sum | bit, 0n);
const { SendMessages, AttachFiles, ManageThreads, ViewChannel } = PermissionFlagsBits;

/** Discord's answers by route; what is not there is refused as Discord does. */
const answersOf = (
  more: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> => ({
  '/applications/@me': { id: application, flags: ApplicationFlags.GatewayMessageContentLimited },
  '/users/@me': { id: bot, username: 'footnote' },
  [`/applications/${application}/commands`]: commands,
  [`/guilds/${guild}`]: {
    name: 'Garden club',
    roles: [
      { id: guild, permissions: String(ViewChannel) },
      { id: '5', permissions: String(everybody) },
    ],
  },
  [`/guilds/${guild}/members/${bot}`]: { roles: ['5'] },
  ...more,
});

const look = async (
  text: string,
  answers: Readonly<Record<string, unknown>> = answersOf(),
): Promise<readonly Finding[]> => {
  const call: DiscordCall = async ({ route }, { answer }) => {
    const given = answers[route];
    if (given instanceof BotError) throw given;
    if (given === undefined) {
      const discordCode = route.startsWith('/channels/') ? 10_003 : 10_004;
      throw new BotError('platform_forbidden', { details: { status: 404, discordCode } });
    }
    return answer.parse(given);
  };
  const config = buildConfig({}, { text: `dialogs: { default: {} }\n${text}` });
  return runChecks(checkDiscord({ config, api: { call } }), { clock: createSystemClock() });
};
const about = (findings: readonly Finding[], name: string) =>
  findings
    .filter((one) => one.name === `Discord: ${name}`)
    .map(({ state, said }) => `${state}: ${said}`);

const id = '100000000000000009';
const channel = (more: object = {}) => ({
  type: ChannelType.GuildText,
  name: 'help',
  guild_id: guild,
  permission_overwrites: [],
  ...more,
});
const denied = (deny: bigint) => [
  { id: bot, type: OverwriteType.Member, allow: '0', deny: String(deny) },
];
const place = (more = '') => `places: [{ discord: { channel: '${id}' }${more} }]`;
const inChannel = async (shape: object, more = '', other: Readonly<Record<string, unknown>> = {}) =>
  about(
    await look(place(more), answersOf({ [`/channels/${id}`]: shape, ...other })),
    `channel ${id}`,
  );

describe('Discord', () => {
  test('that is not set up is not looked at', () => {
    expect(checkDiscord({ config: buildConfig(), api: undefined })).toEqual([]);
  });

  test('has nothing to mend where everything is as it should be', async () => {
    const findings = await look(place(), answersOf({ [`/channels/${id}`]: channel() }));
    expect(findings.map(({ state, name, said }) => `${state} ${name}: ${said}`)).toEqual([
      `ok Discord: DISCORD_TOKEN: the bot footnote, application ${application}`,
      'ok Discord: Message Content: switched on',
      'ok Discord: commands: registered',
      `ok Discord: channel ${id}: help; all permissions are there`,
    ]);
  });

  test('that refuses the token, or is away, is told in one line', async () => {
    const refused = new BotError('platform_unauthorized', { details: { status: 401 } });
    expect(await look(place(), { ...answersOf(), '/users/@me': refused })).toEqual([
      { state: 'fail', name: 'Discord: DISCORD_TOKEN', said: 'Discord refuses DISCORD_TOKEN' },
    ]);
    const away = new BotError('platform_unavailable');
    expect(about(await look('', { ...answersOf(), '/users/@me': away }), 'DISCORD_TOKEN')).toEqual([
      'fail: Discord does not answer at DISCORD_API_URL',
    ]);
  });

  test('without the intent fails when it is asked for, and warns of what is not read otherwise', async () => {
    const answers = answersOf({ '/applications/@me': { id: application, flags: 0 } });
    expect(about(await look('', answers), 'Message Content')).toEqual([
      expect.stringMatching(/^fail: not switched on, .*discord\.messageContent: false$/),
    ]);
    const off = 'discord: { messageContent: false }\n';
    expect(about(await look(off, answers), 'Message Content')).toEqual([
      expect.stringMatching(/^warn: not asked for/),
    ]);
    const all = await look(off + place(', listen: all'), {
      ...answers,
      [`/channels/${id}`]: channel(),
    });
    expect(about(all, `channel ${id}`)).toEqual([
      'ok: help; all permissions are there',
      'warn: listen: all needs discord.messageContent; as it is only mentions are read',
    ]);
  });

  test.each([
    ['team', '', [expect.stringMatching(/^warn: all knowledge is for the team/)]],
    ['public', '', []],
    ['team', ', audience: team', []],
  ])('with knowledge for the %s alone in a place%s', async (audience, more, expected) => {
    const knowledge = `knowledge: { handbook: { audience: ${audience}, sources: [{ folder: ./docs }] } }`;
    const findings = await look(`${knowledge}\n${place(more)}`);
    expect(about(findings, 'knowledge')).toEqual(expected);
  });

  test.each([
    ['none are there', []],
    ['one is not ours', [...commands, { type: 1, name: 'dance', description: 'Dances' }]],
    ['one has another text', commands.map((one) => ({ ...one, description: 'Old' }))],
  ])('whose commands are to be registered where %s', async (_what, registered) => {
    const answers = answersOf({ [`/applications/${application}/commands`]: registered });
    expect(about(await look('', answers), 'commands')).toEqual([
      'warn: not as they should be; `footnote discord commands` mends it',
    ]);
  });
});

describe('a channel', () => {
  test('in which permissions are missing names each with what is lost', async () => {
    const shape = channel({ permission_overwrites: denied(SendMessages | AttachFiles) });
    expect(await inChannel(shape)).toEqual([
      expect.stringMatching(
        /^fail: the permission Send Messages is missing, needed to answer in a/,
      ),
      'fail: the permission Attach Files is missing, needed to attach the rest of a long answer',
    ]);
  });

  test.each([
    [ChannelType.GuildText, []],
    [ChannelType.GuildVoice, ['Create Public Threads', 'Send Messages in Threads']],
    [ChannelType.GuildForum, ['Send Messages', 'Create Public Threads']],
  ])('of type %i is not asked for what is not used there', async (type, unused) => {
    const shape = channel({ type, permission_overwrites: denied(everybody) });
    const found = await inChannel(shape);
    const named = permissions.filter((one) =>
      found.some((said) => said.includes(` ${one.name} is`)),
    );
    const expected = permissions.filter(
      ({ name, onlyFor }) => onlyFor === undefined && !unused.includes(name),
    );
    expect(named.map(({ name }) => name)).toEqual(expected.map(({ name }) => name));
  });

  test('that is a thread has the permissions of its parent', async () => {
    const parent = '100000000000000008';
    const shape = channel({ type: ChannelType.PublicThread, parent_id: parent });
    const of = (deny: bigint) =>
      inChannel(shape, '', {
        [`/channels/${parent}`]: channel({ permission_overwrites: denied(deny) }),
      });
    expect(await of(0n)).toEqual(['ok: help; all permissions are there']);
    expect(await of(AttachFiles)).toEqual([expect.stringContaining('Attach Files is missing')]);
  });

  test.each([
    [
      'is not there',
      undefined,
      'not there, or the bot is not in that server; `footnote discord invite` prints the link',
    ],
    [
      'cannot be seen',
      new BotError('platform_forbidden', { details: { status: 403, discordCode: 50_001 } }),
      'the permission View Channels is missing, or the bot is not in that server',
    ],
    [
      'is a category',
      channel({ type: ChannelType.GuildCategory }),
      'no messages stand in it; name a channel or a forum',
    ],
  ])('that %s', async (_what, shape, said) => {
    const answers = answersOf({ [`/channels/${id}`]: shape });
    expect(about(await look(place(), answers), `channel ${id}`)).toEqual([`fail: ${said}`]);
  });

  test('that could not be looked up is told with its code, and hides nothing of the others', async () => {
    const limited = new BotError('platform_rate_limited', { details: { status: 429 } });
    const findings = await look(place(), answersOf({ [`/channels/${id}`]: limited }));
    expect(about(findings, `channel ${id}`)).toEqual([
      'warn: not looked up: platform_rate_limited (429)',
    ]);
    expect(about(findings, 'commands')).toEqual(['ok: registered']);
  });

  test('with `listen: off` is left alone', async () => {
    expect(await inChannel(channel(), ', listen: off')).toEqual(['ok: left alone (listen: off)']);
  });
});

describe('a forum', () => {
  const tag = '100000000000000007';
  const forum = channel({
    type: ChannelType.GuildForum,
    available_tags: [{ id: tag, name: 'Solved' }],
  });

  test('has the tag that answered posts get', async () => {
    const tagged = (given: string) => `, answeredTag: '${given}'`;
    expect(await inChannel(forum, tagged(tag))).toEqual(['ok: help; all permissions are there']);
    expect(await inChannel(forum, tagged('100000000000000006'))).toEqual([
      `fail: it has no tag with the id 100000000000000006; there are: Solved ${tag}`,
    ]);
    expect(await inChannel(channel(), tagged(tag))).toEqual([
      'fail: answeredTag is set, but it is no forum',
    ]);
  });

  test('needs Manage Threads for the tag alone', async () => {
    const shape = { ...forum, permission_overwrites: denied(ManageThreads) };
    expect(await inChannel(shape)).toEqual(['ok: help; all permissions are there']);
    expect(await inChannel(shape, `, answeredTag: '${tag}'`)).toEqual([
      'fail: the permission Manage Threads is missing, needed to tag a post of a forum when it is answered',
    ]);
  });
});

test('direct messages need no permission, and may be left alone', async () => {
  const direct = (more = '') => `places: [{ discord: { direct: true }${more} }]`;
  expect(about(await look(direct()), 'direct messages')).toEqual(['ok: no permission is needed']);
  expect(about(await look(direct(', listen: off')), 'direct messages')).toEqual([
    'ok: left alone (listen: off)',
  ]);
});

describe('a server', () => {
  const server = `places: [{ discord: { guild: '${guild}' } }]`;

  test('is told by its name, with what no channel has to allow', async () => {
    expect(about(await look(server), `server ${guild}`)).toEqual([
      'ok: Garden club; all permissions are there',
    ]);
    const without = answersOf({ [`/guilds/${guild}/members/${bot}`]: { roles: [] } });
    const found = about(await look(server, without), `server ${guild}`);
    expect(found).toHaveLength(5);
    expect(found[0]).toMatch(/^warn: Send Messages is missing where no channel allows it, needed/);
  });

  test('without the bot is told', async () => {
    const answers = answersOf({ [`/guilds/${guild}`]: undefined });
    expect(about(await look(server, answers), `server ${guild}`)).toEqual([
      'fail: not there, or the bot is not in that server; `footnote discord invite` prints the link',
    ]);
  });
});
