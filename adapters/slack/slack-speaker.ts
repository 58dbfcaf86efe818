/** The speaking half of Slack: any process may use it, with the Web API alone. */
import type { Speaker } from '../../src/ports/speaker.ts';
import { escapedLengthChars } from './neutralise.ts';
import { readAddress } from './reply-address.ts';
import { createSlackReply } from './slack-reply.ts';
import type { SlackWorkspaces } from './slack-workspaces.ts';

/**
 * Slack takes 12,000 characters of `markdown` blocks in a message, counted after escaping. The rest is for the sections of a part that goes out plain,
 * each of which costs 125 of the 13,297 that a message holds in all.
 *
 * @see https://docs.slack.dev/reference/block-kit/blocks/markdown-block
 * @see https://github.com/slackapi/bolt-js/issues/2509
 */
const maxPartChars = 11_500;
/** `chat.update` is Tier 3: all channels of the workspace together. */
const editLimit = { limit: 50, windowMs: 60_000 } as const;
const maxParts = 5;

/** Costs nothing until the first call; who we are is asked when a lost message has to be found. */
export const createSlackSpeaker = (deps: { readonly workspaces: SlackWorkspaces }): Speaker => {
  const { workspaces } = deps;
  return {
    platform: 'slack',
    maxPart: maxPartChars,
    maxParts,
    editBucket: (turn) => ({
      name: `slack:${readAddress(turn.replyTo).team}:chat.update`,
      ...editLimit,
    }),
    measure: escapedLengthChars,
    openReply: (turn, options) =>
      createSlackReply(workspaces.of(readAddress(turn.replyTo)), turn, options),
  };
};
