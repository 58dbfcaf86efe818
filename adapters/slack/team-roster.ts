/** Keeps the list of a workspace's accounts, for channels with too many people to look up one by one. */
import * as z from 'zod';
import { toBotError } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import { readPerson, userSchema } from './person.ts';
import { readPages } from './read-pages.ts';
import type { SlackWorkspaces, WorkspaceId } from './slack-workspaces.ts';

const ttlMs = 60 * 60_000;
/** From this age on the list is read anew behind the questions, so that in a busy workspace none waits for it. */
const renewAfterMs = 30 * 60_000;
/** Half of what Slack allows a minute: two processes may read at once. Deactivated accounts are among the 9,990. */
const maxPages = 10;

/** Whether an account belongs to the team; what is not in it is not known. */
export type TeamRoster = ReadonlyMap<string, boolean>;

/**
 * Never older than an hour; whoever asks while it is read waits for the same reading. Of a larger workspace it holds the first 9,990 accounts. Throws `platform_*`; a failure
 * is not remembered.
 *
 * `users.list`, one call for 999 accounts, Tier 2: at most ten calls a reading, and one reading in half an hour. In memory about 100 bytes an account.
 */
export type TeamRosterOf = (workspace: WorkspaceId) => Promise<TeamRoster>;

const pageSchema = z.object({ members: z.array(userSchema.extend({ id: z.string() })) });

interface Kept {
  readonly roster: Promise<TeamRoster>;
  readonly atMs: number;
  isRenewing: boolean;
}

/** @see https://docs.slack.dev/reference/methods/users.list */
export const createTeamRosterOf = (deps: {
  readonly workspaces: SlackWorkspaces;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly log: Log;
}): TeamRosterOf => {
  const { workspaces, clock, log } = deps;
  const kept = new Map<string, Kept>();

  const read = async ({ team, enterprise }: WorkspaceId): Promise<TeamRoster> => {
    const { call } = workspaces.of({ team, enterprise });
    // An organisation's token has to say which of its workspaces is meant.
    const args = enterprise === undefined ? {} : { team_id: team };
    const { pages } = await readPages(call, 'users.list', { args, answer: pageSchema, maxPages });
    const accounts = pages.flatMap(({ members }) => members);
    return new Map(
      accounts.map((one) => [one.id, readPerson({ team, enterprise }, one).isMember] as const),
    );
  };
  const begin = (workspace: WorkspaceId): Kept => ({
    roster: read(workspace),
    atMs: clock.monotonic(),
    isRenewing: false,
  });
  const renew = async (workspace: WorkspaceId, old: Kept): Promise<void> => {
    old.isRenewing = true;
    try {
      const next = begin(workspace);
      await next.roster;
      kept.set(workspace.team, next);
    } catch (error) {
      old.isRenewing = false;
      log.warn('slack accounts not read anew', { code: toBotError(error).code });
    }
  };

  return (workspace) => {
    const known = kept.get(workspace.team);
    const ageMs = known === undefined ? ttlMs : clock.monotonic() - known.atMs;
    if (known !== undefined && ageMs < ttlMs) {
      if (ageMs >= renewAfterMs && !known.isRenewing) void renew(workspace, known);
      return known.roster;
    }
    const first = begin(workspace);
    kept.set(workspace.team, first);
    first.roster.catch(() => {
      if (kept.get(workspace.team) === first) kept.delete(workspace.team);
    });
    return first.roster;
  };
};
