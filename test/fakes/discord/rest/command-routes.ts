/**
 * Registering commands, for everywhere or for one guild.
 * @see https://discord.com/developers/docs/interactions/application-commands#bulk-overwrite-global-application-commands
 */
import { DiscordRefusal, invalidForm } from '../refusal.ts';
import { param, type RestDeps, type RestRequest, type RestRoute } from './rest-route.ts';

const list = (request: RestRequest, { commands }: RestDeps) => commands.list(guildOf(request));

const put = (request: RestRequest, { commands }: RestDeps) => {
  if (!Array.isArray(request.body))
    throw invalidForm('_', { code: 'LIST_TYPE_CONVERT', message: 'Only iterables may be used.' });
  return commands.put(request.body, guildOf(request));
};

const add = (request: RestRequest, { commands }: RestDeps) =>
  commands.add(request.body, guildOf(request));

const remove = (request: RestRequest, { commands }: RestDeps) =>
  commands.remove(param(request, 'command'), guildOf(request));

const guildOf = ({ params }: RestRequest): string | undefined => params['guild'];

/** Only of the app itself. */
const ofOwn =
  <Answer>(serve: (request: RestRequest, deps: RestDeps) => Answer) =>
  (request: RestRequest, deps: RestDeps): Answer => {
    if (param(request, 'application') !== deps.state.bot.id) throw new DiscordRefusal(50001);
    if (guildOf(request) !== undefined && !deps.state.guilds.has(guildOf(request) ?? ''))
      throw new DiscordRefusal(50001);
    return serve(request, deps);
  };

const global = '/applications/{application}/commands';
const ofGuild = '/applications/{application}/guilds/{guild}/commands';

export const commandRoutes: readonly RestRoute[] = [
  { method: 'listCommands', verb: 'GET', path: global, serve: ofOwn(list) },
  { method: 'putCommands', verb: 'PUT', path: global, serve: ofOwn(put) },
  { method: 'addCommand', verb: 'POST', path: global, status: 201, serve: ofOwn(add) },
  { method: 'removeCommand', verb: 'DELETE', path: `${global}/{command}`, serve: ofOwn(remove) },
  { method: 'listGuildCommands', verb: 'GET', path: ofGuild, serve: ofOwn(list) },
  { method: 'putGuildCommands', verb: 'PUT', path: ofGuild, serve: ofOwn(put) },
  { method: 'addGuildCommand', verb: 'POST', path: ofGuild, status: 201, serve: ofOwn(add) },
  {
    ...{ method: 'removeGuildCommand', verb: 'DELETE', path: `${ofGuild}/{command}` },
    serve: ofOwn(remove),
  },
];
