/**
 * Channels: looked at and changed. Of a thread: archived, locked, tagged, renamed.
 * @see https://discord.com/developers/docs/resources/channel#modify-channel
 */
import { may, mustBeAllowed, seenChannel } from '../access.ts';
import { channelJson } from '../channel-json.ts';
import { badLength, DiscordRefusal } from '../refusal.ts';
import { mustKnowTags } from '../threads.ts';
import type { Channel, Json, ThreadState } from '../world.ts';
import type { WorldState } from '../world-state.ts';
import { asJson, param, type RestRoute } from './rest-route.ts';

export const channelRoutes: readonly RestRoute[] = [
  {
    ...{ method: 'getChannel', verb: 'GET', path: '/channels/{channel}' },
    serve: (request, { state }) =>
      channelJson(seenChannel(state, param(request, 'channel')), state),
  },
  {
    ...{ method: 'editChannel', verb: 'PATCH', path: '/channels/{channel}' },
    serve(request, { state }) {
      const channel = seenChannel(state, param(request, 'channel'));
      const body = asJson(request.body);
      if (channel.thread) editThread(state, { channel, thread: channel.thread, body });
      else mustBeAllowed(state, channel, 'ManageChannels');
      if (body['name'] !== undefined) channel.name = readName(body['name']);
      state.changed(channel);
      return channelJson(channel, state);
    },
  },
  {
    ...{ method: 'deleteChannel', verb: 'DELETE', path: '/channels/{channel}' },
    serve(request, { state }) {
      const channel = seenChannel(state, param(request, 'channel'));
      mustBeAllowed(state, channel, channel.thread ? 'ManageThreads' : 'ManageChannels');
      const json = channelJson(channel, state);
      state.removeChannel(channel);
      return json;
    },
  },
  {
    ...{ method: 'openDirectMessage', verb: 'POST', path: '/users/@me/channels' },
    serve(request, { state }) {
      const recipientId = String(asJson(request.body)['recipient_id']);
      if (!state.users.has(recipientId)) throw new DiscordRefusal(50033);
      return channelJson(state.directMessageWith(recipientId), state);
    },
  },
];

/**
 * Its maker may do all but lock; anybody who may write in it opens it again unless it is locked; the rest is for who manages threads.
 * Nothing of an archived thread changes unless the same request opens it.
 */
const editThread = (
  state: WorldState,
  {
    channel,
    thread,
    body,
  }: { readonly channel: Channel; readonly thread: ThreadState; readonly body: Json },
): void => {
  const { archived, locked, applied_tags: tags } = body;
  const manages = may(state, channel, 'ManageThreads');
  const onlyOpens = archived === false && Object.keys(body).length === 1 && !thread.locked;
  if (onlyOpens) mustBeAllowed(state, channel, 'SendMessagesInThreads');
  const isMaker = thread.ownerId === state.bot.id && locked === undefined && !thread.locked;
  if (!manages && !isMaker && !onlyOpens) throw new DiscordRefusal(50013);
  if (thread.archived && archived !== false && locked === undefined)
    throw new DiscordRefusal(50083);
  if (Array.isArray(tags)) thread.appliedTags = readTags(state, { channel, tags, manages });
  if (typeof locked === 'boolean') thread.locked = locked;
  if (typeof archived === 'boolean' && archived !== thread.archived) {
    thread.archived = archived;
    thread.archiveChangedAtMs = state.clock.now();
  }
};

const readTags = (
  state: WorldState,
  {
    channel,
    tags,
    manages,
  }: {
    readonly channel: Channel;
    readonly tags: readonly string[];
    readonly manages: boolean;
  },
): readonly string[] => {
  const forum = state.channel(channel.parentId ?? '');
  mustKnowTags(forum, tags);
  const moderated = forum.tags.filter(({ isModerated }) => isModerated).map(({ id }) => id);
  const added = tags.filter((each) => !channel.thread?.appliedTags.includes(each));
  if (!manages && added.some((each) => moderated.includes(each))) throw new DiscordRefusal(50013);
  return tags;
};

const readName = (value: unknown): string => {
  if (typeof value !== 'string' || value.length < 1 || value.length > 100)
    throw badLength('name', 1, 100);
  return value;
};
