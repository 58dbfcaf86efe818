/** Tells the asker in a direct message why there is no answer where they asked. */
import { Routes } from 'discord-api-types/v10';
import * as z from 'zod';
import { type ErrorCode, noticeFor, toBotError } from '../../src/domain/errors.ts';
import type { Turn } from '../../src/domain/turn.ts';
import type { DiscordSpeech } from './discord-speech.ts';
import { renderPart } from './message-body.ts';
import { readOwnMessages } from './own-messages.ts';
import { createReplyMessages } from './reply-messages.ts';
import { idAt, snowflake } from './snowflake.ts';

const openedSchema = z.object({ id: snowflake });

/** Once a turn: where it may have been told before, the direct messages since the question are looked at first. Nothing for a code without a sentence. */
export const createPrivateNotice = (
  deps: Pick<DiscordSpeech, 'call' | 'identity' | 'buckets'>,
  turn: Turn,
  options: { readonly firstAttempt: boolean },
): ((code: ErrorCode, options: { readonly signal: AbortSignal }) => Promise<void>) => {
  const user = turn.asker;
  let mayHaveTold = !options.firstAttempt;

  return async (code, { signal }) => {
    signal.throwIfAborted();
    const sentence = noticeFor(code);
    if (sentence === '') return;
    const { id: channel } = await deps.call(
      { method: 'POST', route: Routes.userChannels(), body: { recipient_id: user } },
      { answer: openedSchema },
    );
    signal.throwIfAborted();
    const after = idAt(turn.askedAt.getTime());
    const told = mayHaveTold ? await readOwnMessages(deps, { channel, after, signal }) : [];
    if (told.some(({ content }) => content === sentence)) return;
    signal.throwIfAborted();
    const messages = createReplyMessages(deps, { turn, address: { channel, user } });
    const body = renderPart(sentence, { plain: false, actions: [], turnId: turn.id });
    try {
      await messages.post({ body, marks: ['notice', code], repliesTo: undefined });
    } catch (error) {
      mayHaveTold ||= toBotError(error).code === 'platform_unavailable';
      throw error;
    }
  };
};
