/** The commands that people find in Discord, and their registration. */
import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  Routes,
} from 'discord-api-types/v10';
import * as z from 'zod';
import type { DiscordApi } from './discord-call.ts';

/** Of the slash command, and of its one option. */
export const askCommand = 'ask';
export const questionOption = 'question';
/** Of the command in a message's menu. */
export const askAboutCommand = 'Ask Footnote';

/** Discord's own limit of a text option. */
const maxQuestionChars = 6_000;

/** In servers that the bot was added to, and in direct messages with it. */
const everywhere = {
  integration_types: [ApplicationIntegrationType.GuildInstall],
  contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
};

/** As Discord takes them. @see https://docs.discord.com/developers/interactions/application-commands */
export const commands = [
  {
    type: ApplicationCommandType.ChatInput,
    name: askCommand,
    description: 'Ask the documents a question',
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: questionOption,
        description: 'What would you like to know?',
        required: true,
        max_length: maxQuestionChars,
      },
    ],
    ...everywhere,
  },
  { type: ApplicationCommandType.Message, name: askAboutCommand, ...everywhere },
] as const;

const list = z
  .array(z.number())
  .nullish()
  .transform((numbers) => numbers?.toSorted());
/** What of a command we set. Discord's answer holds more. */
const commandSchema = z.object({
  type: z.number().default(ApplicationCommandType.ChatInput),
  name: z.string(),
  description: z.string().default(''),
  options: z
    .array(
      z.object({
        type: z.number(),
        name: z.string(),
        description: z.string(),
        required: z.boolean().default(false),
        max_length: z.number().nullish(),
      }),
    )
    .nullish()
    .transform((options) => options ?? []),
  integration_types: list,
  contexts: list,
});
const registeredSchema = z.array(commandSchema);

/** Whether the application has these commands and no others, as `commands` says. One call. Throws `platform_*`. */
export const areCommandsRegistered = async (
  { call }: Pick<DiscordApi, 'call'>,
  applicationId: string,
): Promise<boolean> => {
  const route = Routes.applicationCommands(applicationId);
  const registered = await call({ method: 'GET', route }, { answer: registeredSchema });
  return fingerprint(registered) === fingerprint(registeredSchema.parse(commands));
};

/**
 * Registers the commands for all servers, and only when something is to change: idempotent. Commands that are not ours are taken away. Throws `platform_*`.
 *
 * @see https://docs.discord.com/developers/interactions/application-commands#bulk-overwrite-global-application-commands
 */
export const syncCommands = async (
  api: Pick<DiscordApi, 'call'>,
  applicationId: string,
): Promise<'unchanged' | 'registered'> => {
  if (await areCommandsRegistered(api, applicationId)) return 'unchanged';
  const route = Routes.applicationCommands(applicationId);
  await api.call({ method: 'PUT', route, body: commands }, { answer: registeredSchema });
  return 'registered';
};

const fingerprint = (all: z.infer<typeof registeredSchema>): string =>
  JSON.stringify(all.toSorted((a, b) => (`${a.type} ${a.name}` < `${b.type} ${b.name}` ? -1 : 1)));
