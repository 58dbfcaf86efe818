/** The messages of one turn in a Slack thread: posted once each, edited from then on. */
import { toBotError } from '../../src/domain/errors.ts';
import type { ReplyPart, Turn } from '../../src/domain/turn.ts';
import { slackConversationKey } from '../../src/domain/turn-id.ts';
import type { OpenedThread, PutPartOptions, Reply } from '../../src/ports/speaker.ts';
import { renderPart, renderPing } from './message-content.ts';
import type { NativeStream } from './native-stream.ts';
import { findInChannel, metadataFor, type OwnMessage } from './own-messages.ts';
import { createPrivateNotice } from './private-notice.ts';
import { renderActions } from './reply-actions.ts';
import { readAddress, type SlackAddress, writeAddress } from './reply-address.ts';
import { createReplyFiles, noneInDeletedThread } from './reply-files.ts';
import { createReplyMessages } from './reply-messages.ts';
import { renderRoot } from './root-message.ts';
import type { SlackWorkspace } from './slack-workspaces.ts';

/** Starts a native stream with the text that stays; undefined when the message is to be posted instead. */
export type StartStream = (
  address: SlackAddress,
  committed: string,
) => Promise<NativeStream | undefined>;

/**
 * A call that is under way when the signal aborts is waited out (it ends within the client's timeout): cut off, it could still land, unseen by the
 * next owner of the turn.
 *
 * @param deps.startStream Tried for the first draft of a part that says what of it stays. A stream carries no actions: Slack shows its own "Stop".
 */
export const createSlackReply = (
  deps: SlackWorkspace & { readonly startStream: StartStream },
  turn: Turn,
  options: { readonly parts: readonly ReplyPart[]; readonly firstAttempt: boolean },
): Reply => {
  const address = readAddress(turn.replyTo);
  const messages = createReplyMessages(deps, { turnId: turn.id, address });
  const tellPrivately = createPrivateNotice(deps, turn, options);
  const files = createReplyFiles(deps, { turnId: turn.id, address, messages });
  const standing = new Map(options.parts.map((part) => [part.index, part.platformId]));
  const streams = new Map<number, NativeStream>();
  /** Messages of this turn that nobody told us of: left by an earlier attempt, or by a post whose answer was lost; then they are `unknown`. */
  let strays: readonly OwnMessage[] | 'unknown' = options.firstAttempt ? [] : 'unknown';
  let opened: OpenedThread | undefined;

  /** After a call without a clear end nobody knows what stands. */
  const watched = async <Result>(posting: Promise<Result>): Promise<Result> => {
    try {
      return await posting;
    } catch (error) {
      if (toBotError(error).code === 'platform_unavailable') strays = 'unknown';
      throw error;
    }
  };

  /**
   * The newest message of the part besides the one that is known; with a known one only a newer one counts. An open stream without a mark was begun for this
   * turn: turns of a thread are worked on one after the other, and each ends its streams.
   */
  const findLost = async (index: number, signal: AbortSignal): Promise<string | undefined> => {
    if (strays === 'unknown') strays = await messages.read(signal);
    const known = standing.get(index) ?? '';
    const taken = new Set(standing.values());
    const isPart = ({ mark }: OwnMessage) => mark?.turn === turn.id && mark.part === index;
    const newer = strays.filter(({ ts }) => ts > known && !taken.has(ts));
    return (newer.findLast(isPart) ?? newer.findLast(isLostStream))?.ts;
  };

  /** Whether the stream took the text; if not it is over. A draft that says nothing of what stays is the part's last one. */
  const grows = async (stream: NativeStream, markdown: string, put: PutAt): Promise<boolean> => {
    const { index, final, committedChars, signal } = put;
    try {
      if (put.plain === true || put.fresh === true) await stream.end();
      else if (final || committedChars === undefined)
        return await stream.finish(markdown, {
          blocks: renderActions(put.actions ?? [], turn.id),
          metadata: metadataFor(turn.id, index),
        });
      else return await stream.append(markdown.slice(0, committedChars));
      return false;
    } catch (error) {
      throw await messages.explain(error, { ts: stream.ts, signal });
    }
  };

  const start = async (markdown: string, put: PutAt): Promise<string | undefined> => {
    const { committedChars } = put;
    if (put.final || put.fresh === true || committedChars === undefined) return undefined;
    const committed = markdown.slice(0, committedChars);
    const stream = await watched(deps.startStream(address, committed));
    if (stream !== undefined) streams.set(put.index, stream);
    return stream?.ts;
  };

  return {
    async openThread({ signal }) {
      signal.throwIfAborted();
      if (address.threadTs !== undefined) return undefined;
      if (opened !== undefined) return opened;
      const lost =
        strays === 'unknown'
          ? await findInChannel(deps, address.channel, { turn, part: 'root', signal })
          : undefined;
      signal.throwIfAborted();
      const ts = lost ?? (await watched(messages.post('root', renderRoot(turn, address))));
      opened = {
        replyTo: writeAddress({ ...address, threadTs: ts, ts }),
        conversationKey: slackConversationKey({ ...address, rootTs: ts }),
      };
      return opened;
    },
    async putPart(index, markdown, put) {
      put.signal.throwIfAborted();
      const putAt = { ...put, index };
      const stream = streams.get(index);
      if (stream !== undefined) {
        const took = await grows(stream, markdown, putAt);
        if (!took || put.final || put.committedChars === undefined) streams.delete(index);
        if (took) return stream.ts;
      }
      const known = put.fresh === true ? undefined : standing.get(index);
      const ts = known ?? (await findLost(index, put.signal));
      put.signal.throwIfAborted();
      const content =
        put.ping === true
          ? renderPing(markdown, turn.asker)
          : renderPart(markdown, {
              plain: put.plain === true,
              actions: renderActions(put.actions ?? [], turn.id),
            });
      // What is to ring rang when it was posted.
      if (ts !== undefined && put.ping !== true)
        await messages.edit({ ts, part: index }, content, put);
      const confirmed =
        ts ?? (await start(markdown, putAt)) ?? (await watched(messages.post(index, content)));
      standing.set(index, confirmed);
      return confirmed;
    },
    async putFile(index, file, { signal }) {
      signal.throwIfAborted();
      const mayStand = strays === 'unknown';
      const id = standing.get(index) ?? (await watched(files.put(file, { mayStand, signal })));
      standing.set(index, id);
      return id;
    },
    async removePart(index, { signal }) {
      signal.throwIfAborted();
      const id = standing.get(index);
      if (id !== undefined)
        await (isFileId(id) ? files.remove(id, { signal }) : messages.remove(id));
      standing.delete(index);
      streams.delete(index);
    },
    async removeStrays({ signal }) {
      signal.throwIfAborted();
      const known = new Set(standing.values());
      for (const message of await messages.read(signal).catch(noneInDeletedThread)) {
        const { ts, mark } = message;
        signal.throwIfAborted();
        const isPart = mark?.turn === turn.id && typeof mark.part === 'number';
        if ((isPart || isLostStream(message)) && !known.has(ts)) await messages.remove(ts);
        for (const id of files.idsIn(message))
          if (!known.has(id)) await files.remove(id, { signal });
      }
    },
    async noticePrivately(code, { signal }) {
      await tellPrivately(code, { signal });
    },
  };
};

type PutAt = PutPartOptions & { readonly index: number };

/** A message's id is a time. */
const isFileId = (platformId: string): boolean => platformId.startsWith('F');

/** Begun by a call whose answer was lost. */
const isLostStream = ({ mark, isOpenStream }: OwnMessage): boolean =>
  isOpenStream && mark === undefined;
