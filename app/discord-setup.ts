/** The commands `footnote discord invite` and `footnote discord commands`: what sets the bot up at Discord. */
import { syncCommands } from '../adapters/discord/commands.ts';
import { inspectApplication } from '../adapters/discord/inspect-application.ts';
import { inviteUrl } from '../adapters/discord/permissions.ts';
import type { Config } from '../src/config/config.ts';
import { BotError } from '../src/domain/errors.ts';
import type { Clock } from '../src/ports/clock.ts';
import { createQuietDiscordApi } from './quiet-discord.ts';
import { ConfigFaults } from './read-config.ts';

interface Deps {
  readonly config: Pick<Config, 'discord' | 'discordPlaces'>;
  readonly clock: Clock;
}

/**
 * The link that adds the bot to a server, with a line break. Tagging posts is among its permissions where a place wants it.
 *
 * @param options.application Its id; absent: Discord is asked whose token it is. Throws `ConfigFaults` where neither is there, `platform_*` where Discord does not answer.
 */
export const printInvite = async (
  { config, clock }: Deps,
  { application }: { readonly application?: string },
): Promise<string> => {
  if (application !== undefined && !/^\d{17,20}$/.test(application))
    throw new ConfigFaults([`--application: expected the application's id, 17 to 20 digits`]);
  const id = application ?? (await withToken({ config, clock }, async (_api, own) => own));
  const answeredTags = config.discordPlaces.some((place) => place.answeredTag !== undefined);
  return `${inviteUrl(id, { answeredTags })}\n`;
};

/** What was done, with a line break. Throws `ConfigFaults` without a token or with one that Discord refuses, `platform_*` where Discord does not answer. */
export const registerCommands = async (deps: Deps): Promise<string> =>
  `${await withToken(deps, (api, application) => syncCommands(api, application))}\n`;

const withToken = async <Result>(
  { config, clock }: Deps,
  use: (api: ReturnType<typeof createQuietDiscordApi>, application: string) => Promise<Result>,
): Promise<Result> => {
  if (config.discord === undefined)
    throw new ConfigFaults(['DISCORD_TOKEN: not set; it stands under Bot in the developer portal']);
  const api = createQuietDiscordApi(config.discord, { clock });
  try {
    return await use(api, (await inspectApplication(api)).id);
  } catch (error) {
    if (error instanceof BotError && error.code === 'platform_unauthorized')
      throw new ConfigFaults(['DISCORD_TOKEN: Discord refuses it']);
    throw error;
  }
};
