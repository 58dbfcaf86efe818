/**
 * What the app asks about itself: its user, its application, where the gateway is.
 * @see https://discord.com/developers/docs/resources/application
 * @see https://discord.com/developers/docs/events/gateway#get-gateway-bot
 */
import { ApplicationFlags } from 'discord-api-types/v10';
import { userJson } from '../people-json.ts';
import { DiscordRefusal } from '../refusal.ts';
import { param, type RestDeps, type RestRoute } from './rest-route.ts';

const applicationJson = ({ state, portal }: Pick<RestDeps, 'state' | 'portal'>) => ({
  ...{
    id: state.bot.id,
    name: 'footnote',
    icon: null,
    description: '',
    verify_key: '0'.repeat(64),
  },
  ...{ bot_public: true, bot_require_code_grant: false, summary: '', team: null },
  bot: userJson(state.bot, state.bot.id),
  flags: portal.messageContent ? ApplicationFlags.GatewayMessageContentLimited : 0,
  ...{ interactions_endpoint_url: null, approximate_guild_count: state.guilds.size },
});

export const appRoutes: readonly RestRoute[] = [
  {
    ...{ method: 'getGateway', verb: 'GET', path: '/gateway', isOpen: true },
    serve: (_request, { gateway }) => ({ url: gateway().url }),
  },
  {
    ...{ method: 'getGatewayBot', verb: 'GET', path: '/gateway/bot' },
    serve: (_request, { gateway }) => gateway(),
  },
  {
    ...{ method: 'getUser', verb: 'GET', path: '/users/{user}' },
    serve(request, { state }) {
      const given = param(request, 'user');
      const user = given === '@me' ? state.bot : state.users.get(given);
      if (!user) throw new DiscordRefusal(10013);
      return userJson(user, user.id);
    },
  },
  {
    ...{ method: 'getApplication', verb: 'GET', path: '/applications/@me' },
    serve: (_request, deps) => applicationJson(deps),
  },
  {
    ...{ method: 'getOwnApplication', verb: 'GET', path: '/oauth2/applications/@me' },
    serve: (_request, deps) => applicationJson(deps),
  },
];
