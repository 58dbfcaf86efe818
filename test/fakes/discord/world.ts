/**
 * The shapes of what Discord keeps: people, guilds, channels (threads and direct messages are channels too), messages.
 * @see https://discord.com/developers/docs/resources/channel
 * @see https://discord.com/developers/docs/resources/message
 */
import type { PermissionFlagsBits } from 'discord-api-types/v10';

export type Json = Readonly<Record<string, unknown>>;
export type Permission = keyof typeof PermissionFlagsBits;

export interface User {
  readonly id: string;
  readonly username: string;
  readonly isBot: boolean;
  /** Has closed direct messages to the bot: 50007. */
  readonly refusesDirectMessages: boolean;
}

export interface Role {
  readonly id: string;
  readonly name: string;
  readonly permissions: bigint;
  /** The managed role of an app. */
  readonly botId?: string;
}

export interface Member {
  readonly userId: string;
  readonly roles: readonly string[];
  readonly joinedAtMs: number;
}

export interface Guild {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  readonly roles: Map<string, Role>;
  readonly members: Map<string, Member>;
  botIsMember: boolean;
  /** Discord has an outage of it: nothing is told of it, while people may still write. */
  isUnavailable: boolean;
  /** How many threads may be active; Discord's own number is 1,000. */
  activeThreadCap: number;
}

export interface Overwrite {
  /** Of a role or of a member. */
  readonly id: string;
  readonly kind: 'role' | 'member';
  readonly allow: bigint;
  readonly deny: bigint;
}

export interface ForumTag {
  readonly id: string;
  readonly name: string;
  /** Only who may manage threads may add it. */
  readonly isModerated: boolean;
}

export interface ThreadState {
  readonly ownerId: string;
  readonly autoArchiveMinutes: number;
  readonly createdAtMs: number;
  archived: boolean;
  locked: boolean;
  archiveChangedAtMs: number;
  appliedTags: readonly string[];
  readonly memberIds: Set<string>;
}

export interface Channel {
  readonly id: string;
  /** `ChannelType` of discord-api-types. */
  readonly type: number;
  /** Absent in a direct message. */
  readonly guildId?: string;
  readonly parentId?: string;
  readonly overwrites: Map<string, Overwrite>;
  /** Of a forum. */
  readonly tags: readonly ForumTag[];
  readonly requiresTag: boolean;
  /** The person on the other side of a direct message. */
  readonly recipientId?: string;
  readonly messages: Map<string, Message>;
  /** Of a thread. */
  readonly thread?: ThreadState;
  name: string;
  /** Until when the bot is shown as typing. */
  typingUntilMs: number;
}

export interface Attachment {
  readonly id: string;
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** What is told as mentioned, after `allowed_mentions`. */
export interface Mentions {
  readonly users: readonly string[];
  readonly roles: readonly string[];
  readonly everyone: boolean;
}

/** Values are replaced, never changed in place. */
export interface Message {
  readonly id: string;
  readonly channelId: string;
  readonly authorId: string;
  /** `MessageType` of discord-api-types. */
  readonly type: number;
  readonly content: string;
  readonly mentions: Mentions;
  readonly attachments: readonly Attachment[];
  readonly embeds: readonly Json[];
  readonly components: readonly Json[];
  readonly flags: number;
  readonly editedAtMs?: number;
  readonly nonce?: string | number;
  /** What it replies to, began with or tells of; the line about a new thread names only that. */
  readonly reference?: { readonly channelId: string; readonly messageId?: string };
  /** The thread that was made on it. */
  readonly threadId?: string;
  /** Of a webhook, or of the response to an interaction. */
  readonly webhookId?: string;
  readonly interaction?: {
    readonly id: string;
    readonly type: number;
    readonly name?: string;
    readonly userId: string;
    /** Of a follow-up: the response that it follows, which may be gone. */
    readonly responseId?: string;
  };
  /** The only person who sees it (ephemeral). */
  readonly onlyFor?: string;
}
