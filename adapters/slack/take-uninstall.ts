/** Listens to workspaces that take the app or its token away, and forgets them. */
import type { App } from '@slack/bolt';
import * as z from 'zod';
import type { Log } from '../../src/ports/log.ts';
import type { SlackInstallations } from './installations.ts';

const id = z.string().nullish();
const bodySchema = z.object({
  team_id: id,
  enterprise_id: id,
  authorizations: z.array(z.object({ team_id: id, enterprise_id: id })).nullish(),
  event: z.object({ tokens: z.object({ bot: z.array(z.string()).nullish() }).nullish() }),
});

/**
 * Bolt calls no `authorize` for these two events: there is no token left to speak with. Slack sends one, the other or both, in any order, and of an organisation
 * names no workspace; so what is removed is what Slack refuses when asked.
 *
 * @param deps.installations Undefined where the one token stands in the configuration: only the operator can take it out.
 * @see https://docs.slack.dev/reference/events/app_uninstalled
 * @see https://docs.slack.dev/reference/events/tokens_revoked
 */
export const takeUninstall = (
  app: App,
  deps: {
    readonly installations?: Pick<SlackInstallations, 'removeRefused'> | undefined;
    readonly log: Log;
  },
): void => {
  const take = async ({ body }: { readonly body: unknown }): Promise<void> => {
    const parsed = bodySchema.safeParse(body);
    if (!parsed.success) return deps.log.warn('slack event of an unknown shape');
    const { event, team_id, enterprise_id, authorizations } = parsed.data;
    // Tokens of persons, which we never ask for.
    if (event.tokens && !event.tokens.bot?.length) return;
    if (deps.installations === undefined) return deps.log.error('slack app taken away');
    const [authorization] = authorizations ?? [];
    await deps.installations.removeRefused({
      team: team_id ?? authorization?.team_id ?? '',
      enterprise: enterprise_id ?? authorization?.enterprise_id ?? undefined,
    });
  };
  app.event('app_uninstalled', take);
  app.event('tokens_revoked', take);
};
