/** Looks up people of Slack: do they belong to the team, and do they administer the workspace. */
import * as z from 'zod';
import type { Clock } from '../../src/ports/clock.ts';
import { createExpiringCache } from './expiring-cache.ts';
import type { SlackWorkspaces, WorkspaceId } from './slack-workspaces.ts';

const ttlMs = 60 * 60_000;
const maxEntries = 10_000;

export interface Person {
  /** No guest, and of this workspace, or of the organisation for all of which the app is installed. */
  readonly isMember: boolean;
  /** Of the workspace, or of its organisation. */
  readonly isAdmin: boolean;
}

/** Remembered for an hour. Throws `platform_*`; a failure is not remembered. One call of `users.info`. */
export type PersonOf = (workspace: WorkspaceId, user: string) => Promise<Person>;

const flag = z.boolean().nullish();
/** @see https://docs.slack.dev/reference/objects/user-object */
export const userSchema = z.object({
  team_id: z.string().nullish(),
  is_restricted: flag,
  is_ultra_restricted: flag,
  is_stranger: flag,
  is_admin: flag,
  is_owner: flag,
  enterprise_user: z
    .object({ enterprise_id: z.string().nullish(), is_admin: flag, is_owner: flag })
    .nullish(),
});

const answerSchema = z.object({ user: userSchema });

/** What Slack says of an account, as seen from the workspace. Pure. A bot is of the team when its account is. */
export const readPerson = (
  { team, enterprise }: WorkspaceId,
  found: z.infer<typeof userSchema>,
): Person => {
  const inOrg = found.enterprise_user;
  const isGuest = found.is_restricted || found.is_ultra_restricted || found.is_stranger;
  const isOurs =
    found.team_id === team || (enterprise !== undefined && inOrg?.enterprise_id === enterprise);
  const isMember = !isGuest && isOurs;
  const administers = [found.is_admin, found.is_owner, inOrg?.is_admin, inOrg?.is_owner];
  return { isMember, isAdmin: isMember && administers.some((one) => one === true) };
};

export const createPersonOf = (deps: {
  readonly workspaces: SlackWorkspaces;
  readonly clock: Pick<Clock, 'monotonic'>;
}): PersonOf => {
  const known = createExpiringCache<Person>({ clock: deps.clock, ttlMs, maxEntries });

  const lookUp = async ({ team, enterprise }: WorkspaceId, user: string): Promise<Person> => {
    const { call } = deps.workspaces.of({ team, enterprise });
    const answer = await call('users.info', { user }, { answer: answerSchema });
    return readPerson({ team, enterprise }, answer.user);
  };
  return (workspace, user) => known.get(`${workspace.team} ${user}`, () => lookUp(workspace, user));
};
