/** Tells which workspace a request of Slack is about, and the organisation where the app is installed for all of it. */
import * as z from 'zod';
import { slackId } from './slack-ids.ts';
import type { WorkspaceId } from './slack-workspaces.ts';

const id = slackId.nullish().catch(undefined);
const isTrue = z.union([z.literal(true), z.literal('true')]).nullish();
const team = z.object({ id, enterprise_id: id }).nullish().catch(undefined);
const authorization = z.object({
  team_id: id,
  enterprise_id: id,
  is_enterprise_install: isTrue.catch(undefined),
});
const schema = z.object({
  team_id: id,
  context_team_id: id,
  enterprise_id: id,
  is_enterprise_install: isTrue.catch(undefined),
  authorizations: z.array(authorization).nullish().catch(undefined),
  team,
  enterprise: z.object({ id }).nullish().catch(undefined),
  user: z.object({ team_id: id }).nullish().catch(undefined),
  view: z.object({ app_installed_team_id: id }).nullish().catch(undefined),
});

/**
 * Of an event, a command or an interaction. Undefined when the request names no workspace.
 *
 * In a shared channel an event's `team_id` may be the author's company; the installation's team is the same for every event about a message. Of an
 * installation for a whole organisation the authorization names no team; then the event's own is the one that it happened in.
 *
 * @see https://docs.slack.dev/apis/events-api#authorizations
 * @see https://docs.slack.dev/enterprise/developing-for-enterprise-orgs
 */
export const workspaceOf = (body: unknown): WorkspaceId | undefined => {
  const parsed = schema.safeParse(body);
  if (!parsed.success) return undefined;
  const request = parsed.data;
  const installed = request.authorizations?.[0];
  const found =
    installed?.team_id ??
    request.view?.app_installed_team_id ??
    request.context_team_id ??
    request.team_id ??
    request.team?.id ??
    request.user?.team_id;
  if (!found) return undefined;
  const isOrgWide = (installed ?? request).is_enterprise_install !== undefined;
  const enterprise =
    installed?.enterprise_id ??
    request.enterprise_id ??
    request.enterprise?.id ??
    request.team?.enterprise_id;
  return isOrgWide && enterprise ? { team: found, enterprise } : { team: found };
};
