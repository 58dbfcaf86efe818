/** The bot's words become a message, or another one in its place: the way of every route that posts or edits. */
import type { FakeClock } from '../http/clock.ts';
import { may, mustBeAllowed, reopen } from './access.ts';
import { allMentions, mentionsIn } from './mentions.ts';
import type { Draft } from './message-draft.ts';
import { DiscordRefusal, invalidForm } from './refusal.ts';
import type { Channel, Json, Message } from './world.ts';
import type { WorldState } from './world-state.ts';

export interface Speech {
  readonly state: WorldState;
  readonly clock: Pick<FakeClock, 'now'>;
}

/** Mentions as they count in this channel. */
export const mentionsOf = (
  { state }: { readonly state: WorldState },
  {
    channel,
    content,
    allowed = allMentions,
    repliedTo,
  }: {
    readonly channel: Channel;
    readonly content: string;
    readonly allowed?: Draft['allowed'];
    readonly repliedTo?: string | undefined;
  },
) =>
  mentionsIn(content, {
    ...{ allowed, repliedTo },
    isUser: (id) => state.users.has(id),
    isRole: (id) => state.guildOf(channel)?.roles.has(id) ?? false,
  });

/** Puts it there; `message` gives what a draft does not hold. */
export const sayDraft = (
  speech: Speech,
  {
    channel,
    draft,
    message,
  }: {
    readonly channel: Channel;
    readonly draft: Draft;
    readonly message: Pick<Message, 'type'> & Partial<Message>;
  },
): Message => {
  const { state } = speech;
  const { allowed, ...content } = draft;
  if (message.onlyFor === undefined) reopen(state, channel);
  const repliedTo = repliedAuthor(channel, message.reference);
  return state.post(channel, {
    ...content,
    id: message.id ?? state.nextId(),
    channelId: channel.id,
    authorId: state.bot.id,
    mentions: mentionsOf(speech, { channel, content: draft.content, allowed, repliedTo }),
    ...message,
    flags: draft.flags | (message.flags ?? 0),
  });
};

/** Throws 50083: nothing is edited in an archived thread. */
export const changeToDraft = (
  speech: Speech,
  {
    channel,
    draft,
    message,
  }: { readonly channel: Channel; readonly draft: Draft; readonly message: Message },
): Message => {
  if (channel.thread?.archived) throw new DiscordRefusal(50083);
  const { allowed, ...content } = draft;
  const repliedTo = repliedAuthor(channel, message.reference);
  return speech.state.replace(channel, {
    ...message,
    ...content,
    mentions: mentionsOf(speech, { channel, content: draft.content, allowed, repliedTo }),
    editedAtMs: speech.clock.now(),
  });
};

const repliedAuthor = (channel: Channel, reference: Message['reference']): string | undefined =>
  channel.messages.get(reference?.messageId ?? '')?.authorId;

/** What a draft needs leave for. Throws 50013. */
export const mustBeAllowedToSend = (state: WorldState, channel: Channel, draft: Draft): void => {
  if (draft.attachments.length > 0) mustBeAllowed(state, channel, 'AttachFiles');
  if (draft.embeds.length > 0) mustBeAllowed(state, channel, 'EmbedLinks');
};

/**
 * The message that a new one replies to; undefined when it names none, or one that is gone and `fail_if_not_exists` is false.
 * What stands in another channel, as the message does that a thread was made on, cannot be replied to. Throws 160002, 50035.
 */
export const readReference = (
  state: WorldState,
  channel: Channel,
  value: unknown,
): Message['reference'] | undefined => {
  if (value === undefined || value === null) return undefined;
  const { message_id: id, channel_id: channelId, fail_if_not_exists: fails = true } = value as Json;
  if (!may(state, channel, 'ReadMessageHistory')) throw new DiscordRefusal(160002);
  const isElsewhere = channelId !== undefined && channelId !== channel.id;
  const found = isElsewhere ? undefined : channel.messages.get(String(id));
  if (found && found.onlyFor === undefined) {
    if (found.type !== 0 && (found.type < 19 || found.type === 21))
      throw unreplyable('REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE');
    return { channelId: channel.id, messageId: found.id };
  }
  if (fails) throw unreplyable('REPLIES_UNKNOWN_MESSAGE');
  return undefined;
};

const unreplyable = (code: string) =>
  invalidForm('message_reference', {
    code,
    message:
      code === 'REPLIES_UNKNOWN_MESSAGE' ? 'Unknown message' : 'Cannot reply to a system message',
  });
