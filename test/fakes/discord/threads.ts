/**
 * Threads and forum posts as they come to be: by the bot or by a person.
 * @see https://discord.com/developers/docs/topics/threads
 */
import { ChannelType, MessageFlags, MessageType } from 'discord-api-types/v10';
import { forumTypes } from './access.ts';
import { badLength, DiscordRefusal, notAChoice } from './refusal.ts';
import type { Channel, Json, Message } from './world.ts';
import type { WorldState } from './world-state.ts';

export interface ThreadWish {
  readonly name: string;
  readonly autoArchiveMinutes: number;
  readonly ownerId: string;
}

const archiveChoices = [60, 1440, 4320, 10080];
const none = { users: [], roles: [], everyone: false };

/** Name and archive time of a body; throws 50035. */
export const readThreadWish = (
  body: Json,
): { readonly name: string; readonly autoArchiveMinutes: number } => {
  const { name, auto_archive_duration: minutes = 1440 } = body;
  const isName = typeof name === 'string' && name.trim().length >= 1 && name.length <= 100;
  if (!isName) throw badLength('name', 1, 100);
  if (!archiveChoices.includes(Number(minutes)))
    throw notAChoice('auto_archive_duration', archiveChoices);
  return { name: name.trim(), autoArchiveMinutes: Number(minutes) };
};

/** The thread's id is the message's. Throws 50024, 160004, 160006. */
export const openThreadOn = (
  state: WorldState,
  { channel, message }: { readonly channel: Channel; readonly message: Message },
  wish: ThreadWish,
): Channel => {
  const type = threadTypeIn(channel);
  if (message.threadId !== undefined || state.channels.has(message.id))
    throw new DiscordRefusal(160004);
  mustHaveRoom(state, channel);
  const thread = addThread(state, { id: message.id, type, parent: channel, ...wish });
  const { flags } = message;
  state.replace(
    channel,
    { ...message, threadId: thread.id, flags: flags | MessageFlags.HasThread },
    { isSilent: true },
  );
  state.post(thread, {
    ...notice(state, thread, wish),
    type: MessageType.ThreadStarterMessage,
    reference: { channelId: channel.id, messageId: message.id },
  });
  return thread;
};

/** A thread on no message. Throws 160006. */
export const openThread = (
  state: WorldState,
  { channel, type }: { readonly channel: Channel; readonly type: number },
  wish: ThreadWish,
): Channel => {
  mustHaveRoom(state, channel);
  const thread = addThread(state, { id: state.nextId(), type, parent: channel, ...wish });
  if (type !== ChannelType.PrivateThread)
    state.post(channel, {
      ...notice(state, channel, wish),
      ...{ type: MessageType.ThreadCreated, content: wish.name },
      reference: { channelId: thread.id },
    });
  return thread;
};

/** A post still without its first message, which gets its id. Throws 40067, 50035, 160006. */
export const openPost = (
  state: WorldState,
  { forum, appliedTags }: { readonly forum: Channel; readonly appliedTags: readonly string[] },
  wish: ThreadWish,
): Channel => {
  if (!forumTypes.includes(forum.type)) throw new DiscordRefusal(50024);
  if (forum.requiresTag && appliedTags.length === 0) throw new DiscordRefusal(40067);
  mustKnowTags(forum, appliedTags);
  mustHaveRoom(state, forum);
  const type = ChannelType.PublicThread;
  return addThread(state, { id: state.nextId(), type, parent: forum, appliedTags, ...wish });
};

/** Throws 50035. */
export const mustKnowTags = (forum: Channel, tags: readonly string[]): void => {
  const known = forum.tags.map(({ id }) => id);
  if (tags.length > 5) throw badLength('applied_tags', 0, 5);
  if (!tags.every((each) => known.includes(each))) throw notAChoice('applied_tags', known);
};

const threadTypeIn = ({ type }: Channel): number => {
  if (type === ChannelType.GuildText) return ChannelType.PublicThread;
  if (type === ChannelType.GuildAnnouncement) return ChannelType.AnnouncementThread;
  throw new DiscordRefusal(50024);
};

const mustHaveRoom = (state: WorldState, channel: Channel): void => {
  const guild = state.guildOf(channel);
  if (!guild) throw new DiscordRefusal(50024);
  const active = state.threadsOf(guild).filter(({ thread }) => !thread?.archived).length;
  if (active >= guild.activeThreadCap) throw new DiscordRefusal(160006);
};

const addThread = (
  state: WorldState,
  {
    id,
    type,
    parent,
    name,
    ownerId,
    autoArchiveMinutes,
    appliedTags = [],
  }: ThreadWish & {
    readonly id: string;
    readonly type: number;
    readonly parent: Channel;
    readonly appliedTags?: readonly string[];
  },
): Channel => {
  const nowMs = state.clock.now();
  const thread: Channel = {
    ...{ id, type, name, parentId: parent.id },
    ...(parent.guildId === undefined ? {} : { guildId: parent.guildId }),
    ...{ overwrites: new Map(), tags: [], requiresTag: false, messages: new Map() },
    typingUntilMs: 0,
    thread: {
      ...{ ownerId, autoArchiveMinutes, createdAtMs: nowMs, archiveChangedAtMs: nowMs },
      ...{ archived: false, locked: false, appliedTags, memberIds: new Set([ownerId]) },
    },
  };
  state.channels.set(id, thread);
  state.tell({ kind: 'channel-create', channel: thread });
  return thread;
};

/** Of Discord's own: the starter of a thread, the line in the channel. */
const notice = (state: WorldState, { id }: Channel, { ownerId }: ThreadWish) => ({
  ...{ id: state.nextId(), channelId: id, authorId: ownerId, content: '', mentions: none },
  ...{ attachments: [], embeds: [], components: [], flags: 0 },
});
