/** Messages and threads as people see them. */
import { ComponentType, MessageFlags, MessageType } from 'discord-api-types/v10';
import { pingsOf } from './mentions.ts';
import type { Channel, Json, Message } from './world.ts';
import type { WorldState } from './world-state.ts';

export interface SeenButton {
  readonly label: string;
  readonly customId?: string;
  readonly url?: string;
  readonly isDisabled: boolean;
}

export interface SeenMessage {
  readonly id: string;
  readonly channel: string;
  readonly byBot: boolean;
  readonly user: string;
  /** `MessageType` of discord-api-types: 0 a message, 19 a reply, 20 and 23 the response to a command, 18 and 21 Discord's own lines. */
  readonly type: number;
  readonly text: string;
  /** Who it notifies, as typed: `<@id>`, `<@&id>`, `@everyone`. */
  readonly pings: readonly string[];
  /** The message that it replies to. */
  readonly replyTo?: string;
  /** The command that it responds to, which stands above it: `/ask`, or the name of one from a menu. */
  readonly command?: { readonly name: string; readonly user: string };
  /** The thread that was made on it. */
  readonly thread?: string;
  readonly files: readonly string[];
  readonly embeds: readonly Json[];
  readonly buttons: readonly SeenButton[];
  /** No previews of links. */
  readonly suppressesEmbeds: boolean;
  /** A deferred response that shows "thinking". */
  readonly isLoading: boolean;
  readonly isEdited: boolean;
  readonly nonce?: string | number;
  /** The only person who sees it (ephemeral). */
  readonly onlyFor?: string;
}

export interface SeenThread {
  readonly id: string;
  readonly name: string;
  readonly parent: string;
  readonly owner: string;
  readonly archived: boolean;
  readonly locked: boolean;
  readonly autoArchiveMinutes: number;
  readonly appliedTags: readonly string[];
}

export const seenMessage = (message: Message, state: WorldState): SeenMessage => {
  const { id, authorId, type, reference, interaction, threadId, nonce, onlyFor, flags } = message;
  return {
    ...{ id, channel: message.channelId, user: authorId, type, text: message.content },
    byBot: authorId === state.bot.id,
    pings: pingsOf(message.mentions),
    ...(type === MessageType.Reply && reference?.messageId !== undefined
      ? { replyTo: reference.messageId }
      : {}),
    ...(interaction?.name === undefined
      ? {}
      : { command: { name: commandName(type, interaction.name), user: interaction.userId } }),
    ...(threadId === undefined ? {} : { thread: threadId }),
    files: message.attachments.map(({ filename }) => filename),
    embeds: message.embeds,
    buttons: message.components.flatMap(buttonsIn),
    suppressesEmbeds: (flags & MessageFlags.SuppressEmbeds) !== 0,
    isLoading: (flags & MessageFlags.Loading) !== 0,
    isEdited: message.editedAtMs !== undefined,
    ...(nonce === undefined ? {} : { nonce }),
    ...(onlyFor === undefined ? {} : { onlyFor }),
  };
};

const commandName = (type: number, name: string): string =>
  type === MessageType.ChatInputCommand ? `/${name}` : name;

const buttonsIn = (row: Json): readonly SeenButton[] =>
  ((row['components'] ?? []) as readonly Json[])
    .filter(({ type }) => type === ComponentType.Button)
    .map(({ label, custom_id: customId, url, disabled }) => ({
      label: String(label ?? ''),
      ...(customId === undefined ? {} : { customId: String(customId) }),
      ...(url === undefined ? {} : { url: String(url) }),
      isDisabled: disabled === true,
    }));

export const seenThread = ({
  id,
  name,
  parentId = '',
  thread,
}: Channel): SeenThread | undefined => {
  if (!thread) return undefined;
  const { ownerId: owner, archived, locked, autoArchiveMinutes, appliedTags } = thread;
  return { id, name, parent: parentId, owner, archived, locked, autoArchiveMinutes, appliedTags };
};
