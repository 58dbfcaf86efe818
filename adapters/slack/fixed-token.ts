/** The one bot token that stands in the configuration: for its own workspace, or all of its organisation, and for no other. */
import * as z from 'zod';
import { BotError } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { SlackCall } from './slack-call.ts';
import type { BotTokenOf, WorkspaceId } from './slack-workspaces.ts';

const retryMs = 60_000;

const homeSchema = z.object({
  team_id: z.string(),
  enterprise_id: z.string().nullish(),
  is_enterprise_install: z.boolean().nullish(),
});

/**
 * Throws `installation_missing` for another workspace, once Slack has said whose the token is. Until then it is given to everybody: it reaches nothing but its
 * own workspace, and no question waits for this. One call of `auth.test`, beside the first use; one a minute while Slack fails.
 *
 * @param deps.call With this token.
 * @see https://docs.slack.dev/reference/methods/auth.test
 */
export const createFixedToken = (deps: {
  readonly botToken: string;
  readonly call: SlackCall;
  readonly clock: Pick<Clock, 'monotonic'>;
}): BotTokenOf => {
  const { botToken, call, clock } = deps;
  let home: z.infer<typeof homeSchema> | undefined;
  let nextAskMs = Number.NEGATIVE_INFINITY;

  const ask = async (): Promise<void> => {
    if (clock.monotonic() < nextAskMs) return;
    nextAskMs = clock.monotonic() + retryMs;
    // The call that the token is for tells what is wrong with it.
    home = await call('auth.test', {}, { answer: homeSchema }).catch(() => undefined);
  };

  return async (workspace) => {
    if (home === undefined) void ask();
    else if (!isIn(workspace, home)) throw new BotError('installation_missing');
    return botToken;
  };
};

const isIn = ({ team, enterprise }: WorkspaceId, home: z.infer<typeof homeSchema>): boolean =>
  home.is_enterprise_install === true
    ? enterprise === undefined || enterprise === home.enterprise_id
    : team === home.team_id;
