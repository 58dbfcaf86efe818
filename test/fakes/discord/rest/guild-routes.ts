/**
 * Guilds as the bot may read them: channels, roles, members, active threads.
 * @see https://discord.com/developers/docs/resources/guild
 */
import { channelJson, guildJson, roleJson, threadMember } from '../channel-json.ts';
import { memberJson, userJson } from '../people-json.ts';
import { DiscordRefusal } from '../refusal.ts';
import type { Guild } from '../world.ts';
import type { WorldState } from '../world-state.ts';
import { param, type RestRequest, type RestRoute } from './rest-route.ts';

export const guildRoutes: readonly RestRoute[] = [
  {
    ...{ method: 'listGuilds', verb: 'GET', path: '/users/@me/guilds' },
    serve: (_request, { state }) =>
      [...state.guilds.values()]
        .filter(({ botIsMember }) => botIsMember)
        .map((guild) => ({
          ...{ id: guild.id, name: guild.name, icon: null, owner: false, features: [] },
          permissions: String(botPermissions(state, guild)),
        })),
  },
  {
    ...{ method: 'getGuild', verb: 'GET', path: '/guilds/{guild}' },
    serve: (request, { state }) => guildJson(guildOf(request, state)),
  },
  {
    ...{ method: 'listChannels', verb: 'GET', path: '/guilds/{guild}/channels' },
    serve(request, { state }) {
      const guild = guildOf(request, state);
      return [...state.channels.values()]
        .filter(({ guildId, thread }) => guildId === guild.id && !thread)
        .map((channel) => channelJson(channel, state));
    },
  },
  {
    ...{ method: 'listRoles', verb: 'GET', path: '/guilds/{guild}/roles' },
    serve: (request, { state }) => [...guildOf(request, state).roles.values()].map(roleJson),
  },
  {
    ...{ method: 'getMember', verb: 'GET', path: '/guilds/{guild}/members/{user}' },
    serve(request, { state }) {
      const given = param(request, 'user');
      const id = given === '@me' ? state.bot.id : given;
      if (!state.users.has(id)) throw new DiscordRefusal(10013);
      const member = guildOf(request, state).members.get(id);
      if (!member) throw new DiscordRefusal(10007);
      return { ...memberJson(member), user: userJson(state.users.get(id), id) };
    },
  },
  {
    ...{ method: 'listActiveThreads', verb: 'GET', path: '/guilds/{guild}/threads/active' },
    serve(request, { state }) {
      const threads = state
        .threadsOf(guildOf(request, state))
        .filter((each) => !each.thread?.archived && state.isSeen(each));
      return {
        threads: threads.map((each) => channelJson(each, state)),
        members: threads
          .filter(({ thread }) => thread?.memberIds.has(state.bot.id))
          .map((each) => threadMember(each, state.bot.id)),
      };
    },
  },
];

/** Throws 10004. */
const guildOf = (request: RestRequest, state: WorldState): Guild => {
  const guild = state.guilds.get(param(request, 'guild'));
  if (!guild?.botIsMember) throw new DiscordRefusal(10004);
  return guild;
};

const botPermissions = (state: WorldState, guild: Guild): bigint =>
  [guild.id, ...(guild.members.get(state.bot.id)?.roles ?? [])].reduce(
    (bits, id) => bits | (guild.roles.get(id)?.permissions ?? 0n),
    0n,
  );
