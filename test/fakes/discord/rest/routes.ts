/** The whole REST API of the fake, and the finding of a route by its path. */
import { appRoutes } from './app-routes.ts';
import { channelRoutes } from './channel-routes.ts';
import { commandRoutes } from './command-routes.ts';
import { guildRoutes } from './guild-routes.ts';
import { interactionRoutes } from './interaction-routes.ts';
import { messageRoutes } from './message-routes.ts';
import type { RestRoute } from './rest-route.ts';
import { threadRoutes } from './thread-routes.ts';
import { webhookRoutes } from './webhook-routes.ts';

const routes: readonly RestRoute[] = [
  ...messageRoutes,
  ...threadRoutes,
  ...channelRoutes,
  ...guildRoutes,
  ...appRoutes,
  ...interactionRoutes,
  ...webhookRoutes,
  ...commandRoutes,
];

const patterns = routes.map((route) => ({
  route,
  pattern: new RegExp(`^${route.path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
}));

/** `path` without `/api/v10`. Of two that fit the one with fewer names wins. */
export const findRoute = (
  verb: string,
  path: string,
): { readonly route: RestRoute; readonly params: Record<string, string> } | undefined => {
  const [best] = patterns
    .flatMap(({ route, pattern }) => {
      const match = route.verb === verb ? pattern.exec(path) : null;
      return match ? [{ route, params: decoded(match.groups ?? {}) }] : [];
    })
    .sort((left, right) => Object.keys(left.params).length - Object.keys(right.params).length);
  return best;
};

const decoded = (params: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, decodeURIComponent(value)]),
  );
