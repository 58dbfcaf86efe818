/**
 * Messages as Discord gives them.
 *
 * Without the Message Content intent text, files, embeds and buttons are empty, except in the app's own messages, in direct messages, in
 * messages that mention the app, and in the target of a message command.
 * @see https://discord.com/developers/docs/resources/message#message-object
 * @see https://discord.com/developers/docs/events/gateway#message-content-intent
 */
import { channelJson } from './channel-json.ts';
import { isoTime, userJson } from './people-json.ts';
import { timeOf } from './snowflakes.ts';
import type { Attachment, Channel, Json, Message } from './world.ts';
import type { WorldState } from './world-state.ts';

export interface Reading {
  readonly state: WorldState;
  readonly origin: string;
  /** Whether the reader has the Message Content intent. */
  readonly seesContent: boolean;
}

export const messageJson = (
  message: Message,
  reading: Reading,
  { depth = 0 }: { readonly depth?: number } = {},
): Json => {
  const { state, origin } = reading;
  const channel = state.channels.get(message.channelId);
  const isShown = reading.seesContent || isAlwaysShown(message, { state, channel });
  const { reference, interaction } = message;
  return {
    id: message.id,
    channel_id: message.channelId,
    author: userJson(state.users.get(message.authorId), message.authorId),
    type: message.type,
    content: isShown ? message.content : '',
    timestamp: isoTime(timeOf(message.id)),
    edited_timestamp: message.editedAtMs === undefined ? null : isoTime(message.editedAtMs),
    tts: false,
    mention_everyone: message.mentions.everyone,
    mentions: message.mentions.users.map((id) => userJson(state.users.get(id), id)),
    mention_roles: message.mentions.roles,
    attachments: isShown
      ? message.attachments.map((each) => attachmentJson(each, { message, origin }))
      : [],
    embeds: isShown ? message.embeds : [],
    components: isShown ? message.components : [],
    pinned: false,
    flags: message.flags,
    ...(message.nonce === undefined ? {} : { nonce: message.nonce }),
    ...(message.webhookId === undefined ? {} : { webhook_id: message.webhookId }),
    ...(interaction ? { application_id: state.bot.id } : {}),
    ...(interaction ? { interaction_metadata: interactionJson(interaction, state) } : {}),
    ...(reference
      ? {
          message_reference: {
            type: 0,
            channel_id: reference.channelId,
            ...(reference.messageId === undefined ? {} : { message_id: reference.messageId }),
            ...(channel?.guildId === undefined ? {} : { guild_id: channel.guildId }),
          },
        }
      : {}),
    ...(message.threadId === undefined ? {} : threadJson(message.threadId, state)),
    ...(reference?.messageId !== undefined && depth === 0 ? referenced(reference, reading) : {}),
  };
};

/** Null once it was deleted; what the reference leads to is given one level deep. */
const referenced = (reference: NonNullable<Message['reference']>, reading: Reading): Json => {
  const channel = reading.state.channels.get(reference.channelId);
  const found = channel?.messages.get(reference.messageId ?? '');
  return { referenced_message: found ? messageJson(found, reading, { depth: 1 }) : null };
};

const threadJson = (threadId: string, state: WorldState): Json => {
  const thread = state.channels.get(threadId);
  return thread ? { thread: channelJson(thread, state) } : {};
};

const isAlwaysShown = (
  { authorId, mentions }: Message,
  { state, channel }: { readonly state: WorldState; readonly channel: Channel | undefined },
): boolean =>
  authorId === state.bot.id ||
  channel?.recipientId !== undefined ||
  mentions.users.includes(state.bot.id);

const interactionJson = (
  { id, type, name, userId, responseId }: NonNullable<Message['interaction']>,
  state: WorldState,
): Json => ({
  ...{ id, type, ...(name === undefined ? {} : { name }) },
  user: userJson(state.users.get(userId), userId),
  ...(responseId === undefined ? {} : { original_response_message_id: responseId }),
  authorizing_integration_owners: {},
});

const attachmentJson = (
  { id, filename, contentType, bytes }: Attachment,
  { message, origin }: { readonly message: Message; readonly origin: string },
): Json => {
  const url = `${origin}/attachments/${message.channelId}/${id}/${encodeURIComponent(filename)}`;
  return {
    ...{ id, filename, content_type: contentType, size: bytes.length },
    ...{ url, proxy_url: url },
  };
};
