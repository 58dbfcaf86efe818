/** The calls behind one turn's messages: post, edit, delete, and find again what a lost answer hid. */
import * as z from 'zod';
import { BotError, toBotError } from '../../src/domain/errors.ts';
import type { TurnId } from '../../src/domain/ids.ts';
import type { MessageContent } from './message-content.ts';
import { stopStream } from './native-stream.ts';
import { metadataFor, type OwnMessage, type OwnPart, readOwnMessages } from './own-messages.ts';
import type { SlackAddress } from './reply-address.ts';
import { slackCodeOf } from './slack-errors.ts';
import type { SlackWorkspace } from './slack-workspaces.ts';

export interface ReplyMessages {
  /** Throws `reply_deleted` when the thread is gone, and leaves nothing in the channel then. */
  post(part: OwnPart, content: MessageContent): Promise<string>;
  edit(
    message: { readonly ts: string; readonly part: number },
    content: MessageContent,
    options: { readonly signal: AbortSignal },
  ): Promise<void>;
  /** A message that is gone already is a success. */
  remove(ts: string): Promise<void>;
  /** All of ours in the thread since the question. */
  read(signal: AbortSignal): Promise<readonly OwnMessage[]>;
  /**
   * That a message is gone is believed when the thread does not show it either. One that stands was asked for too early (`platform_unavailable`); if Slack says
   * the same once more, it can't be edited (`reply_uneditable`).
   */
  explain(
    error: unknown,
    message: { readonly ts: string; readonly signal: AbortSignal },
  ): Promise<BotError>;
}

const postedSchema = z.object({
  ts: z.string(),
  message: z.object({ thread_ts: z.string().nullish() }).nullish(),
});
/** Slack's crawler must fetch nothing that an answer links to, and find no names in it. */
const nothingFetched = { unfurl_links: false, unfurl_media: false };
const nothingLinked = { parse: 'none', link_names: false };

export const createReplyMessages = (
  deps: SlackWorkspace,
  { turnId, address }: { readonly turnId: TurnId; readonly address: SlackAddress },
): ReplyMessages => {
  const { call } = deps;
  const { channel, threadTs } = address;
  const doubted = new Set<string>();
  const read = (signal: AbortSignal) => readOwnMessages(deps, address, { signal });

  const remove = async (ts: string): Promise<void> => {
    const drop = () => call('chat.delete', { channel, ts }, { answer: z.unknown() });
    try {
      await drop().catch(async (error: unknown) => {
        if (slackCodeOf(toBotError(error)) !== 'streaming_state_conflict') throw error;
        await stopStream(call, { channel, ts });
        await drop();
      });
    } catch (error) {
      if (toBotError(error).code !== 'reply_deleted') throw error;
    }
  };

  const explain: ReplyMessages['explain'] = async (error, { ts, signal }) => {
    const failure = toBotError(error);
    if (slackCodeOf(failure) !== 'message_not_found') return failure;
    if (!(await read(signal)).some((message) => message.ts === ts)) return failure;
    const code = doubted.has(ts) ? 'reply_uneditable' : 'platform_unavailable';
    doubted.add(ts);
    return new BotError(code, { details: failure.details });
  };

  return {
    read,
    remove,
    explain,
    async post(part, content) {
      const args = {
        channel,
        ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
        metadata: metadataFor(turnId, part),
        ...nothingFetched,
        ...nothingLinked,
        ...content,
      };
      const { ts, message } = await call('chat.postMessage', args, { answer: postedSchema });
      // A reply to a root that is gone lands in the channel.
      if (threadTs !== undefined && message && !message.thread_ts) {
        await remove(ts);
        throw new BotError('reply_deleted', { details: { method: 'chat.postMessage' } });
      }
      return ts;
    },
    async edit({ ts, part }, content, { signal }) {
      // A message that began as a stream has its mark from its first edit.
      const metadata = metadataFor(turnId, part);
      const args = { channel, ts, metadata, ...nothingLinked, ...content };
      const update = () => call('chat.update', args, { answer: z.unknown() });
      try {
        await update().catch(async (error: unknown) => {
          // A stream that another worker, or a call without a clear end, left open.
          if (slackCodeOf(toBotError(error)) !== 'streaming_state_conflict') throw error;
          await stopStream(call, { channel, ts });
          await update();
        });
      } catch (error) {
        throw await explain(error, { ts, signal });
      }
    },
  };
};
