/** The messages of one turn in a Slack thread: posted once each, edited from then on. */
import * as z from 'zod';
import { BotError, noticeFor } from '../../src/domain/errors.ts';
import type { ReplyPart, Turn } from '../../src/domain/turn.ts';
import type { PutPartOptions, Reply } from '../../src/ports/speaker.ts';
import { renderPart } from './message-content.ts';
import { escapeText } from './neutralise.ts';
import { findOwnMessages, metadataFor, type OwnMessage } from './own-messages.ts';
import { readAddress } from './reply-address.ts';
import type { SlackWorkspace } from './slack-workspaces.ts';

const postedSchema = z.object({ ts: z.string() });
const openedSchema = z.object({ channel: z.object({ id: z.string() }) });
/** Slack's crawler must fetch nothing that an answer links to. */
const noUnfurling = { unfurl_links: false, unfurl_media: false };

/**
 * A call that is under way when the signal aborts is waited out (it ends within the client's timeout): cut off, it could still land, unseen by the
 * next owner of the turn.
 */
export const createSlackReply = (
  deps: SlackWorkspace,
  turn: Turn,
  options: { readonly parts: readonly ReplyPart[]; readonly firstAttempt: boolean },
): Reply => {
  const { call } = deps;
  const address = readAddress(turn.replyTo);
  const { channel } = address;
  const standing = new Map(options.parts.map((part) => [part.index, part.platformId]));
  /** Messages of this turn that nobody told us of: left by an earlier attempt, or by a post whose answer was lost; then they are `unknown`. */
  let strays: readonly OwnMessage[] | 'unknown' = options.firstAttempt ? [] : 'unknown';

  const findOwn = (signal: AbortSignal) =>
    findOwnMessages(deps, address, { turnId: turn.id, signal });

  /** The newest message of the part besides the one that is known; with a known one only a newer one counts. */
  const findLost = async (index: number, signal: AbortSignal): Promise<string | undefined> => {
    if (strays === 'unknown') strays = await findOwn(signal);
    const known = standing.get(index) ?? '';
    return strays.findLast(({ part, ts }) => part === index && ts > known)?.ts;
  };

  const post = async (index: number, content: object): Promise<string> => {
    try {
      const args = {
        channel,
        thread_ts: address.threadTs,
        metadata: metadataFor(turn.id, index),
        ...noUnfurling,
        ...content,
      };
      const { ts } = await call('chat.postMessage', args, { answer: postedSchema });
      return ts;
    } catch (error) {
      if (error instanceof BotError && error.code === 'platform_unavailable') strays = 'unknown';
      throw error;
    }
  };

  const remove = async (ts: string): Promise<void> => {
    try {
      await call('chat.delete', { channel, ts }, { answer: z.unknown() });
    } catch (error) {
      if (!(error instanceof BotError && error.code === 'reply_deleted')) throw error;
    }
  };

  return {
    openThread: async () => undefined,
    async putFile() {
      throw new BotError('internal', { details: { file: 'slack' } });
    },
    async putPart(index, markdown, put: PutPartOptions) {
      put.signal.throwIfAborted();
      const content = renderPart(markdown, { plain: put.plain === true });
      const known = put.fresh === true ? undefined : standing.get(index);
      const ts = known ?? (await findLost(index, put.signal));
      put.signal.throwIfAborted();
      if (ts !== undefined)
        await call('chat.update', { channel, ts, ...content }, { answer: z.unknown() });
      const confirmed = ts ?? (await post(index, content));
      standing.set(index, confirmed);
      return confirmed;
    },
    async removePart(index, { signal }) {
      signal.throwIfAborted();
      const ts = standing.get(index);
      if (ts !== undefined) await remove(ts);
      standing.delete(index);
    },
    async removeStrays({ signal }) {
      signal.throwIfAborted();
      const known = new Set(standing.values());
      for (const { ts } of await findOwn(signal).catch(noneInDeletedThread)) {
        if (known.has(ts)) continue;
        signal.throwIfAborted();
        await remove(ts);
      }
    },
    async noticePrivately(code, { signal }) {
      signal.throwIfAborted();
      const sentence = noticeFor(code);
      if (sentence === '') return;
      const opened = await call(
        'conversations.open',
        { users: address.user },
        { answer: openedSchema },
      );
      const text = escapeText(sentence);
      const args = { channel: opened.channel.id, text, ...noUnfurling };
      await call('chat.postMessage', args, { answer: z.unknown() });
    },
  };
};

const noneInDeletedThread = (error: unknown): readonly [] => {
  if (error instanceof BotError && error.code === 'reply_deleted') return [];
  throw error;
};
