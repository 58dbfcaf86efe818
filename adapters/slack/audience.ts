/** Tells who will read a reply: the team, or the public when a guest, another company or doubt is involved. */
import * as z from 'zod';
import type { Audience } from '../../src/domain/audience.ts';
import { BotError, toBotError } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import { createExpiringCache } from './expiring-cache.ts';
import type { SlackMessage } from './parse-event.ts';
import type { PersonOf } from './person.ts';
import type { SlackWorkspaces, WorkspaceId } from './slack-workspaces.ts';

/** All look-ups together: Slack waits 3 s for the acknowledgement, and the store's write comes after. */
const budgetMs = 1_500;
const ttlMs = 60 * 60_000;
const maxEntries = 10_000;
/** Slack allows nine people in a group message; ours and a page that is never full come on top. */
const maxGroupMembers = 100;

export type AudienceOf = (
  asked: WorkspaceId & Pick<SlackMessage, 'channel' | 'user' | 'isDirect' | 'isExternal'>,
) => Promise<Audience>;

const flag = z.boolean().nullish();
const channelSchema = z.object({
  channel: z.object({ is_ext_shared: flag, is_pending_ext_shared: flag, is_mpim: flag }),
});
const membersSchema = z.object({ members: z.array(z.string()) });

/**
 * `public` for guests, people of another workspace, channels shared with another company, group messages that such people are in, and whenever a look-up
 * fails or they take longer than 1.5 s; never throws. In a direct message only the asker counts. What Slack said is remembered for an hour.
 *
 * @see https://docs.slack.dev/reference/objects/conversation-object
 */
export const createAudienceOf = (deps: {
  readonly workspaces: SlackWorkspaces;
  readonly personOf: PersonOf;
  readonly clock: Clock;
  readonly log: Log;
}): AudienceOf => {
  const { workspaces, personOf, clock, log } = deps;
  const internalChannels = createExpiringCache<boolean>({ clock, ttlMs, maxEntries });

  const isMember = async (workspace: WorkspaceId, user: string): Promise<boolean> =>
    (await personOf(workspace, user)).isMember;
  /** Who is in a group message never changes: with one more person it is another one. */
  const areMembers = async (workspace: WorkspaceId, channel: string): Promise<boolean> => {
    const { call } = workspaces.of(workspace);
    const args = { channel, limit: maxGroupMembers };
    const { members } = await call('conversations.members', args, { answer: membersSchema });
    const all = await Promise.all(members.map((user) => isMember(workspace, user)));
    return all.every(Boolean);
  };
  const isInternal = async (workspace: WorkspaceId, channel: string): Promise<boolean> => {
    const { call } = workspaces.of(workspace);
    const answer = await call('conversations.info', { channel }, { answer: channelSchema });
    const { is_ext_shared, is_pending_ext_shared, is_mpim } = answer.channel;
    if (is_ext_shared || is_pending_ext_shared) return false;
    return is_mpim !== true || areMembers(workspace, channel);
  };

  return async ({ team, enterprise, channel, user, isDirect, isExternal }) => {
    if (isExternal) return 'public';
    const workspace = { team, enterprise };
    const answered = new AbortController();
    const late = clock.sleep(budgetMs, { signal: answered.signal }).then(() => {
      throw new BotError('platform_unavailable', { details: { budgetMs } });
    });
    try {
      const all = Promise.all([
        isMember(workspace, user),
        isDirect ||
          internalChannels.get(`${team} ${channel}`, () => isInternal(workspace, channel)),
      ]);
      const yes = await Promise.race([all, late]);
      return yes.every(Boolean) ? 'team' : 'public';
    } catch (error) {
      log.warn('slack look-up failed, the reply counts as public', {
        channel,
        user,
        code: toBotError(error).code,
      });
      return 'public';
    } finally {
      answered.abort();
    }
  };
};
