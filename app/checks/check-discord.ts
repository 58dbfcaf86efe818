/** Looks whether Discord takes the token, what the bot may read, whether its commands are there, and what it may do in the places of the configuration. */
import { areCommandsRegistered } from '../../adapters/discord/commands.ts';
import type { DiscordApi } from '../../adapters/discord/discord-call.ts';
import {
  type InspectedApplication,
  inspectApplication,
} from '../../adapters/discord/inspect-application.ts';
import {
  createInspectPlaces,
  type InspectedPlace,
  type InspectPlaces,
} from '../../adapters/discord/inspect-places.ts';
import type { Permission } from '../../adapters/discord/permissions.ts';
import type { Config, DiscordPlace } from '../../src/config/config.ts';
import { toBotError } from '../../src/domain/errors.ts';
import { hidesAllFromDiscord, hidesAllSentence } from '../discord-knowledge.ts';
import { type Check, type Finding, sayCode } from './check.ts';

type CheckedConfig = Pick<Config, 'discordBehaviour' | 'discordPlaces' | 'knowledge'>;

/** @param deps.api Undefined where Discord is not set up: there is no check then. It logs nothing. */
export const checkDiscord = ({
  config,
  api,
}: {
  readonly config: CheckedConfig;
  readonly api: Pick<DiscordApi, 'call'> | undefined;
}): readonly Check[] =>
  api === undefined
    ? []
    : [
        {
          name: 'Discord: DISCORD_TOKEN',
          explain: {
            platform_unauthorized: 'Discord refuses DISCORD_TOKEN',
            platform_unavailable: 'Discord does not answer at DISCORD_API_URL',
          },
          run: async () => {
            const application = await inspectApplication(api);
            const said = `the bot ${application.bot.name}, application ${application.id}`;
            const places = createInspectPlaces(api, application.bot);
            return [
              { state: 'ok', name: 'Discord: DISCORD_TOKEN', said },
              messageContent(config, application),
              await checkCommands(api, application),
              ...(hidesAllFromDiscord(config) ? [hidden] : []),
              ...(
                await Promise.all(
                  config.discordPlaces.map((place) => checkPlace(place, { config, places })),
                )
              ).flat(),
            ];
          },
        },
      ];

const hidden: Finding = { state: 'warn', name: 'Discord: knowledge', said: hidesAllSentence };

const messageContent = (
  { discordBehaviour }: CheckedConfig,
  { mayReadMessages }: InspectedApplication,
): Finding => {
  const name = 'Discord: Message Content';
  if (!discordBehaviour.messageContent) {
    const said =
      'not asked for (discord.messageContent): only mentions, replies, direct messages and commands are read';
    return { state: 'warn', name, said };
  }
  if (mayReadMessages) return { state: 'ok', name, said: 'switched on' };
  const said =
    'not switched on, so Discord refuses the connection; switch it on under Bot in the developer portal, or set discord.messageContent: false';
  return { state: 'fail', name, said };
};

const checkCommands = async (
  api: Pick<DiscordApi, 'call'>,
  { id }: InspectedApplication,
): Promise<Finding> => {
  const name = 'Discord: commands';
  try {
    return (await areCommandsRegistered(api, id))
      ? { state: 'ok', name, said: 'registered' }
      : {
          state: 'warn',
          name,
          said: 'not as they should be; `footnote discord commands` mends it',
        };
  } catch (error) {
    return { state: 'warn', name, said: `not looked up: ${sayCode(toBotError(error))}` };
  }
};

const checkPlace = async (
  place: DiscordPlace,
  { config, places }: { readonly config: CheckedConfig; readonly places: InspectPlaces },
): Promise<readonly Finding[]> => {
  const { channel, guild = '', direct } = place;
  const name = nameOfPlace(place);
  if (place.listen === 'off') return [{ state: 'ok', name, said: 'left alone (listen: off)' }];
  if (direct === true) return [{ state: 'ok', name, said: 'no permission is needed' }];
  try {
    const seen = await (channel === undefined
      ? places.inspectGuild(guild)
      : places.inspectChannel(channel));
    return [
      ...placeFindings(place, seen),
      ...(place.listen === 'all' && !config.discordBehaviour.messageContent ? [unread] : []),
    ].map((finding) => ({ ...finding, name }));
  } catch (error) {
    return [{ state: 'warn', name, said: `not looked up: ${sayCode(toBotError(error))}` }];
  }
};

const nameOfPlace = ({ channel, guild, direct }: DiscordPlace): string => {
  if (direct === true) return 'Discord: direct messages';
  return channel === undefined ? `Discord: server ${guild}` : `Discord: channel ${channel}`;
};

type Said = Omit<Finding, 'name'>;

const unread: Said = {
  state: 'warn',
  said: 'listen: all needs discord.messageContent; as it is only mentions are read',
};

const away = {
  not_found: {
    state: 'fail',
    said: 'not there, or the bot is not in that server; `footnote discord invite` prints the link',
  },
  hidden: {
    state: 'fail',
    said: 'the permission View Channels is missing, or the bot is not in that server',
  },
  unsuitable: { state: 'fail', said: 'no messages stand in it; name a channel or a forum' },
} as const satisfies Record<Exclude<InspectedPlace['state'], 'found'>, Said>;

const placeFindings = (place: DiscordPlace, seen: InspectedPlace): readonly Said[] => {
  if (seen.state !== 'found') return [away[seen.state]];
  const { answeredTag } = place;
  const missing = seen.missing.filter(
    ({ onlyFor }) => onlyFor === undefined || place[onlyFor] !== undefined,
  );
  const tag = answeredTag === undefined ? undefined : tagFinding(answeredTag, seen.tags);
  const faults = [
    ...missing.map((one) => missingPermission(place, one)),
    ...(tag === undefined ? [] : [tag]),
  ];
  if (faults.length > 0) return faults;
  return [{ state: 'ok', said: `${seen.name}; all permissions are there` }];
};

/** What the whole server does not give a channel may give yet. */
const missingPermission = ({ guild }: DiscordPlace, { name, purpose }: Permission): Said =>
  guild === undefined
    ? { state: 'fail', said: `the permission ${name} is missing, needed ${purpose}` }
    : { state: 'warn', said: `${name} is missing where no channel allows it, needed ${purpose}` };

const tagFinding = (
  id: string,
  tags: readonly { readonly id: string; readonly name: string }[] | undefined,
): Said | undefined => {
  if (tags === undefined) return { state: 'fail', said: 'answeredTag is set, but it is no forum' };
  if (tags.some((tag) => tag.id === id)) return undefined;
  const there = tags.map((tag) => `${tag.name} ${tag.id}`).join(', ') || 'none';
  return { state: 'fail', said: `it has no tag with the id ${id}; there are: ${there}` };
};
