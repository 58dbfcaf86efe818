/** Tells who will read a reply: the team, or the public when a guest, another company or doubt is involved. */
import * as z from 'zod';
import type { Audience } from '../../src/domain/audience.ts';
import { BotError, toBotError } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import { createExpiringCache } from './expiring-cache.ts';
import type { SlackMessage } from './parse-event.ts';
import type { SlackWorkspaces, WorkspaceId } from './slack-workspaces.ts';

/** Both look-ups together: Slack waits 3 s for the acknowledgement, and the store's write comes after. */
const budgetMs = 1_500;
const ttlMs = 60 * 60_000;
const maxEntries = 10_000;

export type AudienceOf = (
  message: Pick<
    SlackMessage,
    'team' | 'enterprise' | 'channel' | 'user' | 'isDirect' | 'isExternal'
  >,
) => Promise<Audience>;

const flag = z.boolean().nullish();
const userSchema = z.object({
  user: z.object({
    team_id: z.string().nullish(),
    is_restricted: flag,
    is_ultra_restricted: flag,
    is_stranger: flag,
  }),
});
const channelSchema = z.object({
  channel: z.object({ is_ext_shared: flag, is_pending_ext_shared: flag }),
});

/**
 * `public` for guests, people of another workspace, channels shared with another company, and whenever a look-up fails or takes longer than
 * 1.5 s; never throws. In a direct message only the asker counts. What Slack said is remembered for an hour.
 *
 * @see https://docs.slack.dev/reference/objects/user-object
 * @see https://docs.slack.dev/reference/objects/conversation-object
 */
export const createAudienceOf = (deps: {
  readonly workspaces: SlackWorkspaces;
  readonly clock: Clock;
  readonly log: Log;
}): AudienceOf => {
  const { workspaces, clock, log } = deps;
  const cacheOptions = { clock, ttlMs, maxEntries };
  const members = createExpiringCache<boolean>(cacheOptions);
  const internalChannels = createExpiringCache<boolean>(cacheOptions);

  const isMember = async (user: string, { team, enterprise }: WorkspaceId): Promise<boolean> => {
    const { call } = workspaces.of({ team, enterprise });
    const { user: found } = await call('users.info', { user }, { answer: userSchema });
    const isGuest = found.is_restricted || found.is_ultra_restricted || found.is_stranger;
    return !isGuest && found.team_id === team;
  };
  const isInternal = async (channel: string, workspace: WorkspaceId): Promise<boolean> => {
    const { call } = workspaces.of(workspace);
    const { channel: found } = await call(
      'conversations.info',
      { channel },
      { answer: channelSchema },
    );
    return !(found.is_ext_shared || found.is_pending_ext_shared);
  };

  return async ({ team, enterprise, channel, user, isDirect, isExternal }) => {
    if (isExternal) return 'public';
    const answered = new AbortController();
    const late = clock.sleep(budgetMs, { signal: answered.signal }).then(() => {
      throw new BotError('platform_unavailable', { details: { budgetMs } });
    });
    try {
      const all = Promise.all([
        members.get(`${team} ${user}`, () => isMember(user, { team, enterprise })),
        isDirect ||
          internalChannels.get(`${team} ${channel}`, () =>
            isInternal(channel, { team, enterprise }),
          ),
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
