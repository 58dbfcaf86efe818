/**
 * The commands that the app registered, global ones and those of one guild.
 * @see https://discord.com/developers/docs/interactions/application-commands
 */
import { ApplicationCommandType } from 'discord-api-types/v10';
import { listOf } from './component-rules.ts';
import { badLength, DiscordRefusal, invalidForm } from './refusal.ts';
import type { Json } from './world.ts';

export interface CommandRegistry {
  /** Without a guild the global ones. */
  list(guildId?: string): readonly Json[];
  /** One of that name and type is kept under its id. Throws 50035. */
  put(commands: readonly unknown[], guildId?: string): readonly Json[];
  add(command: unknown, guildId?: string): Json;
  /** Throws 10063. */
  remove(id: string, guildId?: string): void;
  find(name: string, guildId?: string): Json | undefined;
}

export const createCommandRegistry = ({
  applicationId,
  nextId,
}: {
  readonly applicationId: string;
  readonly nextId: () => string;
}): CommandRegistry => {
  const scopes = new Map<string, readonly Json[]>();
  const list = (guildId = '') => scopes.get(guildId) ?? [];

  const kept = (command: Json, guildId: string | undefined): Json => {
    const earlier = list(guildId).find(isSameAs(command));
    const asked = { default_member_permissions: null, nsfw: false, options: [], ...command };
    const { id = nextId(), version } = earlier ?? {};
    const isSame = earlier !== undefined && isEqual({ ...earlier, ...asked }, earlier);
    return {
      ...asked,
      ...{ id, application_id: applicationId, version: isSame ? version : nextId() },
      ...(guildId === undefined ? {} : { guild_id: guildId }),
    };
  };

  return {
    list,
    put(commands, guildId) {
      const put = commands.map((each) => kept(checkCommand(each), guildId));
      scopes.set(guildId ?? '', put);
      return put;
    },
    add(command, guildId) {
      const added = kept(checkCommand(command), guildId);
      const others = list(guildId).filter((each) => !isSameAs(added)(each));
      scopes.set(guildId ?? '', [...others, added]);
      return added;
    },
    remove(id, guildId) {
      const left = list(guildId).filter((each) => each['id'] !== id);
      if (left.length === list(guildId).length) throw new DiscordRefusal(10063);
      scopes.set(guildId ?? '', left);
    },
    find: (name, guildId) =>
      [...(guildId === undefined ? [] : list(guildId)), ...list()].find(
        (each) => each['name'] === name,
      ),
  };
};

const isSameAs = (command: Json) => (other: Json) =>
  other['name'] === command['name'] && other['type'] === command['type'];

const isEqual = (left: Json, right: Json): boolean =>
  JSON.stringify(Object.entries(left).sort()) === JSON.stringify(Object.entries(right).sort());

const checkCommand = (value: unknown): Json => {
  const command = { type: ApplicationCommandType.ChatInput, description: '', ...(value as Json) };
  const { name, description, type, options } = command as Json;
  const isChatInput = type === ApplicationCommandType.ChatInput;
  if (typeof name !== 'string' || name.length < 1 || name.length > 32)
    throw badLength('name', 1, 32);
  if (isChatInput && (name !== name.toLowerCase() || !/^[-_'\p{L}\p{N}]+$/u.test(name)))
    throw invalidForm('name', {
      code: 'APPLICATION_COMMAND_INVALID_NAME',
      message: 'Command name is invalid',
    });
  const length = String(description).length;
  if (isChatInput ? length < 1 || length > 100 : length > 0)
    throw badLength('description', isChatInput ? 1 : 0, isChatInput ? 100 : 0);
  listOf(options, 'options', { max: 25 });
  return command;
};
