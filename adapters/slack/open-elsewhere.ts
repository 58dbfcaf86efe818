/** Makes the thread of a command in the asker's direct messages where the command was given in a place that we are no member of. */
import * as z from 'zod';
import { toBotError } from '../../src/domain/errors.ts';
import type { Turn } from '../../src/domain/turn.ts';
import type { Reply } from '../../src/ports/speaker.ts';
import { readAddress, writeAddress } from './reply-address.ts';
import type { SlackCall } from './slack-call.ts';
import { slackCodeOf } from './slack-errors.ts';

const openedSchema = z.object({ channel: z.object({ id: z.string() }) });

/** Of a private channel that we are not in Slack says that there is none. */
const noMember: ReadonlySet<string | undefined> = new Set(['not_in_channel', 'channel_not_found']);

/**
 * The reply, whose `openThread` goes to the asker where Slack refuses the place for want of membership: one refused call and two more. What it found once it
 * keeps to, so that a lost root is looked for where it was posted.
 *
 * @param deps.openReply Makes the reply to a turn with another address.
 * @see https://docs.slack.dev/reference/methods/conversations.open
 */
export const openElsewhere = (
  deps: { readonly call: SlackCall; readonly openReply: (turn: Turn) => Reply },
  turn: Turn,
): Reply => {
  const reply = deps.openReply(turn);
  let elsewhere: Reply | undefined;

  const openDirect = async (): Promise<Reply> => {
    const address = readAddress(turn.replyTo);
    const opened = { users: address.user };
    const { channel } = await deps.call('conversations.open', opened, { answer: openedSchema });
    return deps.openReply({ ...turn, replyTo: writeAddress({ ...address, channel: channel.id }) });
  };

  return {
    ...reply,
    async openThread(options) {
      if (elsewhere !== undefined) return elsewhere.openThread(options);
      try {
        return await reply.openThread(options);
      } catch (error) {
        if (!noMember.has(slackCodeOf(toBotError(error)))) throw error;
        options.signal.throwIfAborted();
        elsewhere = await openDirect();
        return elsewhere.openThread(options);
      }
    },
  };
};
