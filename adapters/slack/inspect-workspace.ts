/** Asks Slack what a token is good for, and whether the bot sits in a channel. */
import * as z from 'zod';
import { BotError } from '../../src/domain/errors.ts';
import { botScopes } from './permissions.ts';
import type { SlackCall } from './slack-call.ts';

export interface InspectedToken {
  /** The workspace, or the organisation, as people call it. */
  readonly name: string;
  /** The bot's name there. */
  readonly bot: string;
  /** Scopes of the manifest that the token has not; undefined when Slack does not tell its scopes. */
  readonly missingScopes: readonly string[] | undefined;
}

const authSchema = z.object({
  team: z.string(),
  user: z.string(),
  response_metadata: z.object({ scopes: z.array(z.string()).optional() }).optional(),
});

/** Throws what the call throws. @see https://docs.slack.dev/reference/methods/auth.test (header `x-oauth-scopes`) */
export const inspectToken = async (call: SlackCall): Promise<InspectedToken> => {
  const { team, user, response_metadata } = await call('auth.test', {}, { answer: authSchema });
  const scopes = response_metadata?.scopes;
  return {
    name: team,
    bot: user,
    missingScopes: scopes && botScopes.filter((scope) => !scopes.includes(scope)),
  };
};

export type InspectedChannel = 'member' | 'not_member' | 'archived' | 'not_found';

const channelSchema = z.object({
  channel: z.object({
    is_member: z.boolean().nullish(),
    is_archived: z.boolean().nullish(),
    is_im: z.boolean().nullish(),
  }),
});

/** A private channel without the bot is `not_found`, as Slack has it. Throws what the call throws otherwise. */
export const inspectChannel = async (
  call: SlackCall,
  channel: string,
): Promise<InspectedChannel> => {
  try {
    const { channel: found } = await call(
      'conversations.info',
      { channel },
      { answer: channelSchema },
    );
    if (found.is_archived) return 'archived';
    return found.is_member || found.is_im ? 'member' : 'not_member';
  } catch (error) {
    if (error instanceof BotError && error.details['slackCode'] === 'channel_not_found')
      return 'not_found';
    throw error;
  }
};

/** Whether an app-level token may open connections; asks for one and does not use it. Throws what the call throws. */
export const inspectAppToken = async (call: SlackCall): Promise<void> => {
  await call('apps.connections.open', {}, { answer: z.object({ url: z.string() }) });
};
