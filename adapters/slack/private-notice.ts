/** Tells the asker in a direct message why there is no answer where they asked. */
import * as z from 'zod';
import { type ErrorCode, noticeFor, toBotError } from '../../src/domain/errors.ts';
import type { Turn } from '../../src/domain/turn.ts';
import { renderSection } from './message-content.ts';
import { escapeText } from './neutralise.ts';
import { findInChannel } from './own-messages.ts';
import { readAddress } from './reply-address.ts';
import { createReplyMessages } from './reply-messages.ts';
import type { SlackWorkspace } from './slack-workspaces.ts';

const openedSchema = z.object({ channel: z.object({ id: z.string() }) });

/** Once a turn: where it may have been told before, the direct messages since the question are looked at first. Nothing for a code without a sentence. */
export const createPrivateNotice = (
  deps: SlackWorkspace,
  turn: Turn,
  options: { readonly firstAttempt: boolean },
): ((code: ErrorCode, options: { readonly signal: AbortSignal }) => Promise<void>) => {
  const { team } = readAddress(turn.replyTo);
  const user = turn.asker;
  let mayHaveTold = !options.firstAttempt;

  return async (code, { signal }) => {
    signal.throwIfAborted();
    const sentence = escapeText(noticeFor(code));
    if (sentence === '') return;
    const opened = { users: user };
    const { channel } = await deps.call('conversations.open', opened, { answer: openedSchema });
    const part = 'notice' as const;
    const told = mayHaveTold
      ? await findInChannel(deps, channel.id, { turn, part, signal })
      : undefined;
    signal.throwIfAborted();
    if (told !== undefined) return;
    const messages = createReplyMessages(deps, {
      turnId: turn.id,
      address: { team, user, channel: channel.id },
    });
    try {
      await messages.post(part, { blocks: [renderSection(sentence)], text: sentence });
    } catch (error) {
      mayHaveTold ||= toBotError(error).code === 'platform_unavailable';
      throw error;
    }
  };
};
