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
import { createIsTeamChannel } from './team-channel.ts';

/** All look-ups together: Slack waits 3 s for the acknowledgement, and the store's write comes after. */
const budgetMs = 1_500;
const ttlMs = 60 * 60_000;
const maxEntries = 10_000;

export type AudienceOf = (
  asked: WorkspaceId & Pick<SlackMessage, 'channel' | 'user' | 'isDirect' | 'isExternal'>,
) => Promise<Audience>;

const flag = z.boolean().nullish();
const channelSchema = z.object({
  channel: z.object({ is_ext_shared: flag, is_pending_ext_shared: flag }),
});

/**
 * Whoever reads there counts, not who asks: `public` for guests and people of another workspace, for channels and group messages that such people or another
 * workspace's bots are in, for channels shared with another company, and whenever a look-up fails, meets a bound or takes longer than 1.5 s; never throws. In a direct
 * message only the asker counts. What Slack said of people and channels is remembered for an hour, who is in a channel for five minutes.
 *
 * The question waits for it before it is stored and acknowledged. Nothing remembered, it costs a `users.info` and a `conversations.info` (Tier 3), and at the same time what
 * `team-channel.ts` says: two round trips in a channel of up to 30 people. A look-up that came too late goes on for the next question.
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
  const isTeamChannel = createIsTeamChannel({ workspaces, personOf, clock, log });
  const internalChannels = createExpiringCache<boolean>({ clock, ttlMs, maxEntries });

  const isMember = async (workspace: WorkspaceId, user: string): Promise<boolean> =>
    (await personOf(workspace, user)).isMember;
  const isInternal = async (workspace: WorkspaceId, channel: string): Promise<boolean> => {
    const { call } = workspaces.of(workspace);
    const answer = await call('conversations.info', { channel }, { answer: channelSchema });
    return !answer.channel.is_ext_shared && !answer.channel.is_pending_ext_shared;
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
        isDirect || isTeamChannel(workspace, channel),
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
