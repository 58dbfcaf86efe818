/** The speaking half of Slack: any process may use it, with the Web API alone. */
import { toBotError } from '../../src/domain/errors.ts';
import type { TurnId } from '../../src/domain/ids.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Speaker } from '../../src/ports/speaker.ts';
import { startNativeStream } from './native-stream.ts';
import { escapedLengthChars, isSafeInPieces } from './neutralise.ts';
import { openElsewhere } from './open-elsewhere.ts';
import { createRefusals, isNotOffered } from './refusals.ts';
import { readAddress, type SlackAddress } from './reply-address.ts';
import { createSlackReply, type StartStream } from './slack-reply.ts';
import type { SlackWorkspace, SlackWorkspaces } from './slack-workspaces.ts';

export interface SlackSpeakerBehaviour {
  /** Whether answers in direct messages grow by Slack's own streaming instead of edits. */
  readonly nativeStreams: boolean;
  /** What a workspace takes of `chat.update`; Slack promises at least 50. */
  readonly editsPerMinute: number;
}

/**
 * Slack takes 12,000 characters of `markdown` blocks in a message, counted after escaping, and 13,297 in all, 125 less for each further block. A part that goes
 * out plain makes at most 8 sections, the actions 2 blocks of about 350 characters with their ids: 12,970.
 *
 * @see https://docs.slack.dev/reference/block-kit/blocks/markdown-block
 * @see https://github.com/slackapi/bolt-js/issues/2509
 */
const maxPartChars = 11_500;
const maxParts = 5;
const minuteMs = 60_000;

/** Costs nothing until the first call; who we are is asked when a lost message has to be found. */
export const createSlackSpeaker = (deps: {
  readonly workspaces: SlackWorkspaces;
  readonly behaviour: SlackSpeakerBehaviour;
  /** The asker pressed Slack's own "Stop" under a stream: it counts as ours. Returns at once. */
  readonly stopTurn: (id: TurnId) => void;
  readonly clock: Pick<Clock, 'monotonic'>;
}): Speaker => {
  const { workspaces, behaviour, stopTurn, clock } = deps;
  const refusals = createRefusals(clock);

  /** A stream in a channel would grow for the asker alone. */
  const streams = ({ team, channel }: SlackAddress): boolean =>
    behaviour.nativeStreams && channel.startsWith('D') && !refusals.has(team);
  /** Undefined too when the workspace has begun its 20 streams a minute: the message is posted and edited. */
  const startStreamOf =
    ({ call }: SlackWorkspace, id: TurnId): StartStream =>
    async (address, committed) => {
      if (!streams(address) || !isSafeInPieces(committed)) return undefined;
      try {
        const onStopped = () => stopTurn(id);
        return await startNativeStream({ call, clock, address, onStopped }, committed);
      } catch (error) {
        const failure = toBotError(error);
        if (isNotOffered(failure)) refusals.add(address.team);
        else if (failure.code !== 'platform_rejected' && failure.code !== 'platform_rate_limited')
          throw error;
        return undefined;
      }
    };

  return {
    platform: 'slack',
    maxPart: maxPartChars,
    maxParts,
    editBucket(turn) {
      // A stream too: any moment it may go over to edits, and of its own calls Slack takes twice as many.
      const name = `slack:${readAddress(turn.replyTo).team}:chat.update`;
      return { name, limit: behaviour.editsPerMinute, windowMs: minuteMs };
    },
    measure: escapedLengthChars,
    openReply(turn, options) {
      const workspace = workspaces.of(readAddress(turn.replyTo));
      const speaking = { ...workspace, startStream: startStreamOf(workspace, turn.id) };
      return openElsewhere(
        { ...workspace, openReply: (of) => createSlackReply(speaking, of, options) },
        turn,
      );
    },
  };
};
