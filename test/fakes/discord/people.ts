/** What people do besides pressing: they write, answer, edit, delete, open threads and close them. */
import { ChannelType, MessageType } from 'discord-api-types/v10';
import { reopen } from './access.ts';
import { mentionsOf } from './speak.ts';
import { openPost, openThread, openThreadOn } from './threads.ts';
import type { Channel, Message, ThreadState } from './world.ts';
import type { WorldState } from './world-state.ts';

export interface TypedFile {
  readonly name: string;
  readonly text: string;
  /** Default `text/plain`. */
  readonly contentType?: string;
}

export interface Typed {
  readonly channel: string;
  readonly user: string;
  /** `{bot}` becomes `<@id of the bot>`. */
  readonly text: string;
  readonly files?: readonly TypedFile[];
  /** `MessageType`, for lines of Discord's own; default 0, or 19 for a reply. */
  readonly type?: number;
  /** Posted by a webhook. */
  readonly webhook?: boolean;
}

export interface Posted {
  /** The channel or thread. */
  readonly channel: string;
  readonly message: string;
}

/** Where a message stands. */
export type Place = Posted;

export interface People {
  post(typed: Typed): Posted;
  /** The mention stands first unless the text holds `{bot}`. By `role` it calls the bot's managed role, as clients often do. */
  mention(typed: Typed & { readonly by?: 'user' | 'nick' | 'role' }): Posted;
  /** An answer to a message; without `ping` (default true) its author is not called. */
  reply(typed: Typed & { readonly to: string; readonly ping?: boolean }): Posted;
  directMessage(typed: Omit<Typed, 'channel'>): Posted;
  /** `channel` of the answer is the post's thread, whose id is that of its first message. */
  createForumPost(
    typed: Typed & { readonly title: string; readonly tags?: readonly string[] },
  ): Posted;
  edit(change: Place & { readonly text: string }): void;
  /** A link in it is shown with a preview: MESSAGE_UPDATE, and nobody edited. */
  unfurl(change: Place & { readonly url: string }): void;
  /** Also of the bot's messages, as a moderator may. */
  deleteMessage(place: Place): void;
  bulkDelete(places: { readonly channel: string; readonly messages: readonly string[] }): void;
  /** On a message, or on none. Gives the thread's id. */
  startThread(wish: {
    readonly channel: string;
    readonly user: string;
    readonly name: string;
    readonly message?: string;
    readonly isPrivate?: boolean;
  }): string;
  changeThread(
    id: string,
    change: Partial<Pick<ThreadState, 'archived' | 'locked' | 'appliedTags'>> & {
      readonly name?: string;
    },
  ): void;
  /** Of a thread too. */
  deleteChannel(id: string): void;
}

export const createPeople = ({ state }: { readonly state: WorldState }): People => {
  const speech = { state, clock: state.clock };

  const write = (channel: Channel, typed: Omit<Typed, 'channel'>, more: Partial<Message> = {}) => {
    if (!state.users.has(typed.user)) throw new Error(`fake Discord has no user ${typed.user}`);
    if (channel.thread?.locked)
      throw new Error(`${channel.id} is locked: nobody could write there`);
    const content = typed.text.replaceAll('{bot}', `<@${state.bot.id}>`);
    reopen(state, channel);
    const mentions = more.mentions ?? mentionsOf(speech, { channel, content });
    joinThread(channel, [typed.user, ...mentions.users]);
    const id = state.nextId();
    return state.post(channel, {
      ...{ id, channelId: channel.id, authorId: typed.user, content },
      ...{ type: typed.type ?? MessageType.Default, embeds: [], components: [], flags: 0 },
      mentions,
      attachments: attachmentsOf(state, typed.files),
      ...(typed.webhook ? { webhookId: state.nextId() } : {}),
      ...more,
    });
  };

  /** Who writes in a thread, or is called into it, is in it; the bot hears of a private one only then. */
  const joinThread = ({ thread, ...channel }: Channel, ids: readonly string[]): void => {
    const isNewToBot = ids.includes(state.bot.id) && !thread?.memberIds.has(state.bot.id);
    for (const each of ids) thread?.memberIds.add(each);
    if (isNewToBot && thread && channel.type === ChannelType.PrivateThread)
      state.tell({ kind: 'channel-create', channel: state.channel(channel.id) });
  };

  const posted = ({ channelId, id }: Message): Posted => ({ channel: channelId, message: id });
  const at = ({ channel: id, message }: Place) => {
    const channel = state.channel(id);
    return { channel, message: state.message(channel, message) };
  };

  return {
    post: (typed) => posted(write(state.channel(typed.channel), typed)),
    mention({ by = 'user', ...typed }) {
      const channel = state.channel(typed.channel);
      const token = { user: '{bot}', nick: `<@!${state.bot.id}>`, role: roleToken(state, channel) };
      const text = typed.text.includes('{bot}')
        ? typed.text.replaceAll('{bot}', token[by])
        : `${token[by]} ${typed.text}`.trim();
      return posted(write(channel, { ...typed, text }));
    },
    reply({ to, ping = true, ...typed }) {
      const channel = state.channel(typed.channel);
      const { authorId } = state.message(channel, to);
      const content = typed.text.replaceAll('{bot}', `<@${state.bot.id}>`);
      const calls = ping ? { repliedTo: authorId } : {};
      return posted(
        write(channel, typed, {
          type: MessageType.Reply,
          reference: { channelId: channel.id, messageId: to },
          mentions: mentionsOf(speech, { channel, content, ...calls }),
        }),
      );
    },
    directMessage: (typed) => posted(write(state.directMessageWith(typed.user), typed)),
    createForumPost({ title, tags = [], ...typed }) {
      const forum = state.channel(typed.channel);
      const wish = { name: title, ownerId: typed.user, autoArchiveMinutes: 4320 };
      const thread = openPost(state, { forum, appliedTags: tags }, wish);
      return posted(write(thread, typed, { id: thread.id }));
    },
    edit({ text, ...place }) {
      const { channel, message } = at(place);
      const content = text.replaceAll('{bot}', `<@${state.bot.id}>`);
      const mentions = mentionsOf(speech, { channel, content });
      state.replace(channel, { ...message, content, mentions, editedAtMs: state.clock.now() });
    },
    unfurl({ url, ...place }) {
      const { channel, message } = at(place);
      const embeds = [...message.embeds, { type: 'link', url, title: url }];
      state.replace(channel, { ...message, embeds }, { isSilent: true });
    },
    deleteMessage(place) {
      const { channel, message } = at(place);
      state.remove(channel, message);
    },
    bulkDelete({ channel: id, messages: ids }) {
      const channel = state.channel(id);
      const messages = ids.map((each) => state.message(channel, each));
      for (const each of ids) channel.messages.delete(each);
      state.tell({ kind: 'bulk-delete', channel, messages });
    },
    startThread({ channel: id, user, name, message, isPrivate = false }) {
      const channel = state.channel(id);
      const wish = { name, ownerId: user, autoArchiveMinutes: 1440 };
      if (message !== undefined)
        return openThreadOn(state, { channel, message: state.message(channel, message) }, wish).id;
      const type = isPrivate ? ChannelType.PrivateThread : ChannelType.PublicThread;
      return openThread(state, { channel, type }, wish).id;
    },
    changeThread(id, { name, ...change }) {
      const channel = state.channel(id);
      if (!channel.thread) throw new Error(`${id} is no thread`);
      if (name !== undefined) channel.name = name;
      Object.assign(channel.thread, change, { archiveChangedAtMs: state.clock.now() });
      state.changed(channel);
    },
    deleteChannel(id) {
      state.removeChannel(state.channel(id));
    },
  };
};

const roleToken = (state: WorldState, channel: Channel): string => {
  const roles = state.guildOf(channel)?.roles.values() ?? [];
  const own = [...roles].find(({ botId }) => botId === state.bot.id);
  return `<@&${own?.id ?? ''}>`;
};

const attachmentsOf = (state: WorldState, files: readonly TypedFile[] = []) =>
  files.map(({ name, text, contentType = 'text/plain' }) => ({
    ...{ id: state.nextId(), filename: name, contentType, bytes: Buffer.from(text) },
  }));
