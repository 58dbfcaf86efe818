/** Says something to one person in a channel, where nobody else sees it. */
import * as z from 'zod';
import { toBotError } from '../../src/domain/errors.ts';
import type { Log } from '../../src/ports/log.ts';
import { escapeText } from './neutralise.ts';
import type { SlackWorkspaces, WorkspaceId } from './slack-workspaces.ts';

export interface PrivatePlace {
  readonly workspace: WorkspaceId;
  readonly channel: string;
  /** Absent: beside the channel's own messages. */
  readonly threadTs?: string | undefined;
  readonly user: string;
  /** Bolt's way to answer an interaction; it works where we are no member, for half an hour. */
  readonly respond?: Respond | undefined;
}

export type Respond = (message: {
  readonly response_type: 'ephemeral';
  readonly replace_original: false;
  readonly text: string;
}) => Promise<unknown>;

export interface PrivateMessage {
  /** Plain: nothing in it is markup. */
  readonly text: string;
  readonly blocks?: readonly Readonly<Record<string, unknown>>[];
}

/**
 * Never rejects: a person who can't be told is a line in the log. Slack does not keep such messages, and shows one in a thread only when it has replies.
 *
 * @see https://docs.slack.dev/reference/methods/chat.postEphemeral
 */
export type TellPrivately = (place: PrivatePlace, message: PrivateMessage) => Promise<void>;

export const createTellPrivately = (deps: {
  readonly workspaces: SlackWorkspaces;
  readonly log: Log;
}): TellPrivately => {
  const { workspaces, log } = deps;

  return async ({ workspace, channel, threadTs, user, respond }, message) => {
    const content = { ...message, text: escapeText(message.text) };
    const { call } = workspaces.of(workspace);
    const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
    try {
      const args = { channel, user, ...thread, ...content };
      await call('chat.postEphemeral', args, { answer: z.unknown() });
    } catch (error) {
      try {
        if (respond === undefined) throw error;
        await respond({
          ...content,
          ...thread,
          response_type: 'ephemeral',
          replace_original: false,
        });
      } catch {
        // What Slack said first is the cause; the second failure may hold the secret address.
        log.warn('slack person could not be told', { channel, user, code: toBotError(error).code });
      }
    }
  };
};
