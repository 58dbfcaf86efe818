/** Finds our own messages in a thread by the turn and part that their metadata carries. */
import * as z from 'zod';
import type { TurnId } from '../../src/domain/ids.ts';
import type { OwnIdentity } from './own-identity.ts';
import type { SlackAddress } from './reply-address.ts';
import type { SlackCall } from './slack-call.ts';

const eventType = 'footnote_reply';
const pageSize = 200;

export interface OwnMessage {
  readonly ts: string;
  readonly part: number;
}

const payloadSchema = z.object({ turn: z.string(), part: z.number() });
const pageSchema = z.object({
  messages: z
    .array(
      z.object({
        ts: z.string(),
        user: z.string().nullish(),
        bot_id: z.string().nullish(),
        metadata: z.object({ event_type: z.string(), event_payload: z.unknown() }).nullish(),
      }),
    )
    .nullish(),
  response_metadata: z.object({ next_cursor: z.string().nullish() }).nullish(),
});

/** What a message of ours carries. Other apps and members can read it, so it holds ids alone. */
export const metadataFor = (turnId: TurnId, part: number) => ({
  event_type: eventType,
  event_payload: { turn: turnId, part },
});

/**
 * Those of the turn that stand now, oldest first. Looks at the thread from the question on, 200 messages a call.
 * Throws what the call throws: `reply_deleted` when the whole thread is gone.
 *
 * @see https://docs.slack.dev/reference/methods/conversations.replies
 */
export const findOwnMessages = async (
  deps: { readonly call: SlackCall; readonly identity: () => Promise<OwnIdentity> },
  address: SlackAddress,
  options: { readonly turnId: TurnId; readonly signal: AbortSignal },
): Promise<readonly OwnMessage[]> => {
  const { userId, botId } = await deps.identity();
  const found: OwnMessage[] = [];
  let cursor = '';
  do {
    options.signal.throwIfAborted();
    const args = {
      channel: address.channel,
      ts: address.threadTs,
      oldest: address.ts,
      include_all_metadata: true,
      limit: pageSize,
      ...(cursor === '' ? {} : { cursor }),
    };
    const page = await deps.call('conversations.replies', args, { answer: pageSchema });
    for (const { ts, user, bot_id, metadata } of page.messages ?? []) {
      if (user !== userId && (botId === undefined || bot_id !== botId)) continue;
      const payload = payloadSchema.safeParse(metadata?.event_payload);
      if (metadata?.event_type !== eventType || !payload.success) continue;
      if (payload.data.turn === options.turnId) found.push({ ts, part: payload.data.part });
    }
    cursor = page.response_metadata?.next_cursor ?? '';
  } while (cursor !== '');
  return found;
};
