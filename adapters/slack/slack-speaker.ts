/** The speaking half of Slack: any process may use it, with the Web API alone. */
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Speaker } from '../../src/ports/speaker.ts';
import { createMethodLimits } from './method-limits.ts';
import { escapedLengthChars } from './neutralise.ts';
import { createOwnIdentity } from './own-identity.ts';
import { createSlackCall } from './slack-call.ts';
import { createSlackClient, type SlackClientSettings } from './slack-client.ts';
import { createSlackReply } from './slack-reply.ts';

/**
 * Slack takes 12,000 characters of `markdown` blocks in a message, counted after escaping. The rest is for the sections of a part that goes out plain,
 * each of which costs 125 of the 13,297 that a message holds in all.
 *
 * @see https://docs.slack.dev/reference/block-kit/blocks/markdown-block
 * @see https://github.com/slackapi/bolt-js/issues/2509
 */
const maxPartChars = 11_500;
/** `chat.update` is Tier 3: all channels of the workspace together. */
const editsPerMinute = 50;

/** Costs nothing until the first call; who we are is asked when a lost message has to be found. */
export const createSlackSpeaker = (deps: {
  readonly settings: SlackClientSettings;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly log: Log;
}): Speaker => {
  const { settings, clock, log } = deps;
  const limits = createMethodLimits(clock);
  const call = createSlackCall({ client: createSlackClient(settings), limits, log });
  const identity = createOwnIdentity(call);
  return {
    platform: 'slack',
    maxPart: maxPartChars,
    editsPerMinute,
    measure: escapedLengthChars,
    openReply: (turn, options) => createSlackReply({ call, identity }, turn, options),
  };
};
