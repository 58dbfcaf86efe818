/** What the environment and the configuration file say of Discord. */
import { asId, type DialogId } from '../domain/ids.ts';
import type { Config, DiscordPlace, DiscordRules } from './config.ts';
import type { ConfigFile } from './config-file.ts';
import type { Env } from './read-env.ts';

/** The bot's id, a time and a signature, each in base64. */
const tokenForm = /^[\w-]+\.[\w-]+\.[\w-]+$/;

export const readDiscord = (env: Env): Config['discord'] => {
  const token = env.given('DISCORD_TOKEN');
  if (token === '') return undefined;
  if (!tokenForm.test(token)) {
    env.fault(
      "DISCORD_TOKEN: expected a bot's token, three parts with dots between them, without the word Bot",
    );
  }
  return { token, apiUrl: env.url('DISCORD_API_URL', ['http:', 'https:']).replace(/\/+$/, '') };
};

export const readDiscordPlaces = (places: ConfigFile['places']): readonly DiscordPlace[] =>
  places.flatMap(({ discord, dialog, listen, audience, answeredTag, rules }) =>
    discord === undefined
      ? []
      : [
          {
            ...(discord.channel !== undefined && { channel: discord.channel }),
            ...(discord.guild !== undefined && { guild: discord.guild }),
            ...(discord.direct !== undefined && { direct: discord.direct }),
            dialogId: asId<DialogId>(dialog),
            listen,
            ...(audience !== undefined && { audience }),
            ...(answeredTag !== undefined && { answeredTag }),
            rules: readRules(rules),
          },
        ],
  );

const readRules = (rules: ConfigFile['places'][number]['rules']): DiscordRules => {
  const { coolDownSeconds = 0, roles = [], blockedWords = [], blockedPeople = [] } = rules ?? {};
  return { coolDownMs: coolDownSeconds * 1_000, roles, blockedWords, blockedPeople };
};
