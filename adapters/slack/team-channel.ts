/** Tells whether a channel, or a group message, holds nobody but the team. */
import * as z from 'zod';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import { createExpiringCache } from './expiring-cache.ts';
import type { PersonOf } from './person.ts';
import { readPages } from './read-pages.ts';
import type { SlackWorkspaces, WorkspaceId } from './slack-workspaces.ts';
import { createTeamRosterOf } from './team-roster.ts';

/** Guests come and go more often than people become guests. */
const ttlMs = 5 * 60_000;
const maxEntries = 10_000;
/** 4,995 people; more take longer to list than a question can wait. */
const maxPages = 5;
/** So many people are looked up one by one: a third of what Slack allows a minute, and remembered for every other channel. */
const maxLookUps = 30;

const pageSchema = z.object({ members: z.array(z.string()) });

/**
 * False when a guest, or a person or bot of another workspace, is a member; we ourselves do not count. Also false, with a line in the log, for a channel of more than 4,995 people and for one with more than 30
 * that the list of accounts does not name. Remembered for five minutes, on top of the hour for which a person is; whoever asks meanwhile waits for the same look-up.
 * Throws `platform_*`; a failure is not remembered.
 *
 * Costs one `conversations.members` (Tier 4) for 999 people each five minutes. Up to 30 people: `users.info` (Tier 4) once an hour for each, in whatever channels they are. Above:
 * the list of accounts, which all channels of the workspace share, and `users.info` for those who came after it was read.
 */
export type IsTeamChannel = (workspace: WorkspaceId, channel: string) => Promise<boolean>;

/** @see https://docs.slack.dev/reference/methods/conversations.members */
export const createIsTeamChannel = (deps: {
  readonly workspaces: SlackWorkspaces;
  readonly personOf: PersonOf;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly log: Log;
}): IsTeamChannel => {
  const { workspaces, personOf, clock, log } = deps;
  const rosterOf = createTeamRosterOf({ workspaces, clock, log });
  const known = createExpiringCache<boolean>({ clock, ttlMs, maxEntries });

  const areTeam = async (workspace: WorkspaceId, users: readonly string[]): Promise<boolean> => {
    const people = await Promise.all(users.map((user) => personOf(workspace, user)));
    return people.every(({ isMember }) => isMember);
  };
  const lookUp = async (workspace: WorkspaceId, channel: string): Promise<boolean> => {
    const tooMany = (details: Readonly<Record<string, number>>): false => {
      log.warn('slack channel has too many people, it counts as public', { channel, ...details });
      return false;
    };
    const { call, identity } = workspaces.of(workspace);
    const options = { args: { channel }, answer: pageSchema, maxPages };
    const [{ userId }, { pages, isWhole }] = await Promise.all([
      identity(),
      readPages(call, 'conversations.members', options),
    ]);
    const members = pages.flatMap((page) => page.members).filter((user) => user !== userId);
    if (!isWhole) return tooMany({ moreThan: members.length });
    if (members.length <= maxLookUps) return areTeam(workspace, members);
    const roster = await rosterOf(workspace);
    if (members.some((user) => roster.get(user) === false)) return false;
    const unlisted = members.filter((user) => !roster.has(user));
    if (unlisted.length > maxLookUps)
      return tooMany({ members: members.length, unlisted: unlisted.length });
    return areTeam(workspace, unlisted);
  };
  return (workspace, channel) =>
    known.get(`${workspace.team} ${channel}`, () => lookUp(workspace, channel));
};
