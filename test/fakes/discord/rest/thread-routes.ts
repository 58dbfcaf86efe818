/**
 * Threads: made on a message, made on none, posted in a forum; joined; listed.
 * @see https://discord.com/developers/docs/resources/channel#start-thread-from-message
 */
import { ChannelType, MessageType } from 'discord-api-types/v10';
import { forumTypes, mustBeAllowed, seenChannel } from '../access.ts';
import { channelJson, threadMember } from '../channel-json.ts';
import { allMentions } from '../mentions.ts';
import { readDraft } from '../message-draft.ts';
import { DiscordRefusal, notAChoice } from '../refusal.ts';
import { mustBeAllowedToSend, sayDraft } from '../speak.ts';
import { openPost, openThread, openThreadOn, readThreadWish } from '../threads.ts';
import type { Channel } from '../world.ts';
import { shown } from './message-routes.ts';
import { asJson, param, type RestDeps, type RestRequest, type RestRoute } from './rest-route.ts';

export const threadRoutes: readonly RestRoute[] = [
  {
    ...{ method: 'startThread', verb: 'POST', status: 201 },
    path: '/channels/{channel}/messages/{message}/threads',
    serve(request, { state }) {
      const channel = seenChannel(state, param(request, 'channel'));
      const message = state.message(channel, param(request, 'message'));
      mustBeAllowed(state, channel, 'CreatePublicThreads');
      const wish = readThreadWish(asJson(request.body));
      const where = { channel, message };
      const thread = openThreadOn(state, where, { ...wish, ownerId: state.bot.id });
      return channelJson(thread, state);
    },
  },
  {
    ...{ method: 'createThread', verb: 'POST', path: '/channels/{channel}/threads', status: 201 },
    serve(request, deps) {
      const channel = seenChannel(deps.state, param(request, 'channel'));
      return forumTypes.includes(channel.type)
        ? createPost(channel, request, deps)
        : createPlain(channel, request, deps);
    },
  },
  {
    ...{ method: 'joinThread', verb: 'PUT', path: '/channels/{channel}/thread-members/@me' },
    serve(request, { state }) {
      const { thread } = threadOf(state, param(request, 'channel'));
      if (thread?.archived) throw new DiscordRefusal(50083);
      thread?.memberIds.add(state.bot.id);
    },
  },
  {
    ...{ method: 'addThreadMember', verb: 'PUT' },
    path: '/channels/{channel}/thread-members/{user}',
    serve(request, { state }) {
      const channel = threadOf(state, param(request, 'channel'));
      mustBeAllowed(state, channel, 'SendMessagesInThreads');
      if (channel.thread?.archived) throw new DiscordRefusal(50083);
      channel.thread?.memberIds.add(param(request, 'user'));
    },
  },
  {
    ...{ method: 'listThreadMembers', verb: 'GET', path: '/channels/{channel}/thread-members' },
    serve(request, { state }) {
      const channel = threadOf(state, param(request, 'channel'));
      return [...(channel.thread?.memberIds ?? [])].map((id) => threadMember(channel, id));
    },
  },
];

const threadOf = (state: RestDeps['state'], id: string): Channel => {
  const channel = seenChannel(state, id);
  if (!channel.thread) throw new DiscordRefusal(50024);
  return channel;
};

/** Without a `type` it is a private one. */
const createPlain = (channel: Channel, request: RestRequest, { state }: RestDeps) => {
  const body = asJson(request.body);
  const { type = ChannelType.PrivateThread } = body;
  const isPrivate = type === ChannelType.PrivateThread;
  if (!isPrivate && type !== ChannelType.PublicThread && type !== ChannelType.AnnouncementThread)
    throw notAChoice('type', [10, 11, 12]);
  if (channel.type !== ChannelType.GuildText && channel.type !== ChannelType.GuildAnnouncement)
    throw new DiscordRefusal(50024);
  mustBeAllowed(state, channel, isPrivate ? 'CreatePrivateThreads' : 'CreatePublicThreads');
  const wish = { ...readThreadWish(body), ownerId: state.bot.id };
  return channelJson(openThread(state, { channel, type: Number(type) }, wish), state);
};

const createPost = (forum: Channel, request: RestRequest, deps: RestDeps) => {
  const { state } = deps;
  mustBeAllowed(state, forum, 'SendMessages');
  const body = asJson(request.body);
  const draft = readDraft(
    { body: asJson(body['message']), files: request.files },
    { nextId: state.nextId, absent: allMentions },
  );
  mustBeAllowedToSend(state, forum, draft);
  const appliedTags = (body['applied_tags'] ?? []) as readonly string[];
  const wish = { ...readThreadWish(body), ownerId: state.bot.id };
  const channel = openPost(state, { forum, appliedTags }, wish);
  const message = sayDraft(deps, {
    ...{ channel, draft },
    message: { id: channel.id, type: MessageType.Default },
  });
  return { ...channelJson(channel, state), message: shown(message, deps) };
};
