/** A message together with where it was said. */
import { ChannelType } from 'discord-api-types/v10';
import type { Channel } from './guild-view.ts';
import { isThread } from './guild-view.ts';
import type { ListenerDeps } from './listener-deps.ts';
import type { DiscordMessage } from './parse-message.ts';
import type { FoundPlace } from './places.ts';
import { questionAbout } from './question-files.ts';

export interface Heard {
  readonly message: DiscordMessage;
  /** Undefined in a direct message. */
  readonly channel: Channel | undefined;
  readonly place: FoundPlace;
}

/** Undefined where we are switched off, and in a channel that is gone or that we may not see. Throws `platform_*` for a channel that had to be asked for. */
export const hear = async (
  { view, places }: Pick<ListenerDeps, 'view' | 'places'>,
  message: DiscordMessage,
): Promise<Heard | undefined> => {
  const isDirect = message.guild === undefined;
  const channel = isDirect ? undefined : await view.channelOf(message.channel);
  if (!isDirect && channel === undefined) return undefined;
  const place = places.of({
    channel: message.channel,
    guild: message.guild,
    parent: channel?.parent,
  });
  return place.listen === 'off' ? undefined : { message, channel, place };
};

/** A thread that is a post in a forum, or in a media channel. */
export const isPost = ({ parentType }: Pick<Channel, 'parentType'>): boolean =>
  parentType === ChannelType.GuildForum || parentType === ChannelType.GuildMedia;

/** The message that a post begins with has the post's id. */
export const beginsPost = ({ message, channel }: Heard): boolean =>
  channel !== undefined && isPost(channel) && message.id === message.channel;

/** Whether a thread can be made on a message there. @see https://docs.discord.com/developers/topics/threads */
export const takesThreads = ({ type }: Pick<Channel, 'type'>): boolean =>
  type === ChannelType.GuildText || type === ChannelType.GuildAnnouncement;

/** What is asked: of a post its title too. Empty for a bare mention. */
export const questionTextOf = (heard: Heard): string => {
  const { message, channel } = heard;
  const text = message.text || questionAbout(message.files);
  const title = beginsPost(heard) ? (channel?.name.trim() ?? '') : '';
  return [title, text].filter((part) => part !== '').join('\n\n');
};

/** In a thread that stands already. */
export const isInThread = ({ channel }: Heard): boolean =>
  channel !== undefined && isThread(channel);
