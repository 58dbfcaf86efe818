/**
 * Messages of a channel: read, posted, edited, deleted.
 * @see https://discord.com/developers/docs/resources/message
 */
import { MessageType } from 'discord-api-types/v10';
import { may, mustBeAllowed, mustBeAllowedToSpeak, seenChannel } from '../access.ts';
import { allMentions } from '../mentions.ts';
import { readDraft } from '../message-draft.ts';
import { messageJson } from '../message-json.ts';
import { readNonce } from '../nonces.ts';
import { DiscordRefusal, invalidForm } from '../refusal.ts';
import { byId } from '../snowflakes.ts';
import { changeToDraft, mustBeAllowedToSend, readReference, sayDraft } from '../speak.ts';
import type { Channel, Message } from '../world.ts';
import { asJson, param, type RestDeps, type RestRequest, type RestRoute } from './rest-route.ts';

const typingMs = 10_000;

export const messageRoutes: readonly RestRoute[] = [
  {
    ...{ method: 'listMessages', verb: 'GET', path: '/channels/{channel}/messages' },
    serve(request, deps) {
      const channel = seenChannel(deps.state, param(request, 'channel'));
      if (!may(deps.state, channel, 'ReadMessageHistory')) return [];
      return page(channel, request.query).map((each) => shown(each, deps));
    },
  },
  {
    ...{ method: 'getMessage', verb: 'GET', path: '/channels/{channel}/messages/{message}' },
    serve(request, deps) {
      const channel = seenChannel(deps.state, param(request, 'channel'));
      mustBeAllowed(deps.state, channel, 'ReadMessageHistory');
      return shown(deps.state.message(channel, param(request, 'message')), deps);
    },
  },
  {
    ...{ method: 'createMessage', verb: 'POST', path: '/channels/{channel}/messages' },
    serve: (request, deps) => shown(create(request, deps), deps),
  },
  {
    ...{ method: 'editMessage', verb: 'PATCH', path: '/channels/{channel}/messages/{message}' },
    serve: (request, deps) => shown(edit(request, deps), deps),
  },
  {
    ...{ method: 'deleteMessage', verb: 'DELETE', path: '/channels/{channel}/messages/{message}' },
    serve(request, { state }) {
      const channel = seenChannel(state, param(request, 'channel'));
      const message = state.message(channel, param(request, 'message'));
      if (message.authorId !== state.bot.id) mustBeAllowed(state, channel, 'ManageMessages');
      state.remove(channel, message);
    },
  },
  {
    ...{ method: 'triggerTyping', verb: 'POST', path: '/channels/{channel}/typing' },
    serve(request, { state, clock }) {
      const channel = seenChannel(state, param(request, 'channel'));
      mustBeAllowedToSpeak(state, channel);
      channel.typingUntilMs = clock.now() + typingMs;
    },
  },
];

const create = (request: RestRequest, deps: RestDeps): Message => {
  const { state, nonces } = deps;
  const channel = seenChannel(state, param(request, 'channel'));
  mustBeAllowedToSpeak(state, channel);
  const body = asJson(request.body);
  const draft = readDraft(
    { body, files: request.files },
    { nextId: state.nextId, absent: allMentions },
  );
  mustBeAllowedToSend(state, channel, draft);
  const nonce = readNonce(body['nonce']);
  const reference = readReference(state, channel, body['message_reference']);
  mustBeHeardBy(channel.recipientId, deps);
  if (nonce !== undefined && body['enforce_nonce'] === true) {
    const earlier = nonces.find(nonce);
    if (earlier !== undefined) return standing(deps, earlier);
  }
  const message = sayDraft(deps, {
    ...{ channel, draft },
    message: {
      type: reference ? MessageType.Reply : MessageType.Default,
      ...(nonce === undefined ? {} : { nonce }),
      ...(reference ? { reference } : {}),
    },
  });
  if (nonce !== undefined) nonces.keep(nonce, message.id);
  return message;
};

/** Of a direct message. Throws 50007, 50278. */
const mustBeHeardBy = (recipientId: string | undefined, { state }: RestDeps): void => {
  if (recipientId === undefined) return;
  if (state.users.get(recipientId)?.refusesDirectMessages) throw new DiscordRefusal(50007);
  const shared = [...state.guilds.values()].some(
    ({ botIsMember, members }) => botIsMember && members.has(recipientId),
  );
  if (!shared) throw new DiscordRefusal(50278);
};

/** Wherever it is. Deleted since: 10008. */
const standing = ({ state }: RestDeps, id: string): Message => {
  const found = [...state.channels.values()].flatMap(({ messages }) => messages.get(id) ?? [])[0];
  if (!found) throw new DiscordRefusal(10008);
  return found;
};

const edit = (request: RestRequest, deps: RestDeps): Message => {
  const { state, limiter } = deps;
  const channel = seenChannel(state, param(request, 'channel'));
  const message = state.message(channel, param(request, 'message'));
  if (message.authorId !== state.bot.id) throw new DiscordRefusal(50005);
  limiter.takeOldEdit(message);
  const draft = readDraft(
    { body: asJson(request.body), files: request.files },
    { nextId: state.nextId, absent: allMentions },
    message,
  );
  mustBeAllowedToSend(state, channel, draft);
  return changeToDraft(deps, { channel, draft, message });
};

export const shown = (message: Message, { state, origin, portal }: RestDeps) =>
  messageJson(message, { state, origin: origin(), seesContent: portal.messageContent });

/** Newest first. `after` gives the oldest ones that came after it. */
const page = (channel: Channel, query: URLSearchParams): readonly Message[] => {
  const limit = Number(query.get('limit') ?? 50);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100)
    throw invalidForm('limit', {
      code: 'NUMBER_TYPE_MAX',
      message: 'int value should be less than or equal to 100.',
    });
  const all = [...channel.messages.values()]
    .filter(({ onlyFor }) => onlyFor === undefined)
    .sort(byId);
  const than = (name: string) => ({ id: query.get(name) ?? '' });
  const older = (name: string) => all.filter((each) => byId(each, than(name)) < 0);
  const newer = (name: string) => all.filter((each) => byId(each, than(name)) > 0);
  const pick = (): readonly Message[] => {
    if (query.has('around')) {
      const half = Math.floor(limit / 2);
      const found = all.filter(({ id }) => id === query.get('around'));
      return [...older('around').slice(-half), ...found, ...newer('around').slice(0, half)];
    }
    if (query.has('before')) return older('before').slice(-limit);
    if (query.has('after')) return newer('after').slice(0, limit);
    return all.slice(-limit);
  };
  return pick().toReversed();
};
