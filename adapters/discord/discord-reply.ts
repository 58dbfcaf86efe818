/** The messages of one turn on Discord: posted once each, edited from then on. */
import { toBotError } from '../../src/domain/errors.ts';
import type { ReplyPart, Turn } from '../../src/domain/turn.ts';
import { discordConversationKey } from '../../src/domain/turn-id.ts';
import type { OpenedThread, Reply } from '../../src/ports/speaker.ts';
import { addAnsweredTag } from './answered-tag.ts';
import type { DiscordSpeech } from './discord-speech.ts';
import { renderFile, renderPart, renderPing } from './message-body.ts';
import type { OwnMessage } from './own-messages.ts';
import { createPrivateNotice } from './private-notice.ts';
import { readAddress, writeAddress, writesResponse } from './reply-address.ts';
import { createReplyMessages, type NewMessage, questionOf } from './reply-messages.ts';
import { openThreadOn } from './reply-thread.ts';
import { createResponseWriter } from './response-writer.ts';
import { compareIds } from './snowflake.ts';
import { noMessages, type TurnMessages } from './turn-messages.ts';

/**
 * The first message replies to the question, the others reply to the first one: answers mix in a channel, and so each message tells the reader what it goes on
 * with, and us whose it is.
 *
 * A call that is under way when the signal aborts is waited out (it ends within the call's timeout): cut off, it could still land, unseen by the next owner of
 * the turn.
 */
export const createDiscordReply = (
  deps: DiscordSpeech,
  turn: Turn,
  options: { readonly parts: readonly ReplyPart[]; readonly firstAttempt: boolean },
): Reply => {
  const address = readAddress(turn.replyTo);
  const { response } = address;
  const isResponse = writesResponse(turn, response);
  const own = createReplyMessages(deps, { turn, address });
  // Another message as the first part may have been put while the response was out of reach.
  const isWritten =
    options.parts.length > 0 &&
    options.parts.every(({ index, platformId }) => index > 0 || platformId === response?.message);
  const messages = isResponse
    ? createResponseWriter(deps, { turn, response, messages: own, isWritten })
    : own;
  const tellPrivately = createPrivateNotice(deps, turn, options);
  const standing = new Map(options.parts.map(({ index, platformId }) => [index, platformId]));
  /** What stood for an index before: a post in its place is another message than the first one. */
  const before = new Map<number, string>();
  /** Messages of this turn that nobody told us of: left by an earlier attempt, or by a post whose answer was lost; then they are `unknown`. */
  let strays: TurnMessages | 'unknown' = options.firstAttempt ? noMessages : 'unknown';
  let opened: OpenedThread | undefined;
  let isTagged = false;

  /** A command's answer begins in its response, unless that was taken away. */
  const responseId = isResponse ? response.message : undefined;

  const known = (index: number): string | undefined =>
    standing.get(index) ?? (index === 0 && !before.has(0) ? responseId : undefined);

  /** The message of the part that stands though nobody told us, besides the one that is known; with a known one only a newer one counts. */
  const findLost = async (
    index: number,
    options: {
      readonly kind: keyof TurnMessages;
      readonly isIt?: (message: OwnMessage) => boolean;
      readonly signal: AbortSignal;
    },
  ): Promise<string | undefined> => {
    const { kind, isIt = () => true, signal } = options;
    if (strays === 'unknown') strays = await messages.read(signal);
    const taken = new Set([...standing.values(), ...before.values()]);
    const since = standing.get(index) ?? '0';
    // A message that stands for a command's response replies to it, as those behind it do.
    const found =
      kind === 'first' && isResponse ? [...strays.first, ...strays.further] : strays[kind];
    const lost = found.filter(
      (message) => !taken.has(message.id) && compareIds(message.id, since) > 0 && isIt(message),
    );
    // Parts behind the first one are posted in order.
    return (kind === 'further' ? lost[0] : lost.at(-1))?.id;
  };

  const post = async (
    index: number,
    { mark = '', ...message }: Pick<NewMessage, 'body' | 'files'> & { readonly mark?: string },
  ): Promise<string> => {
    const first = index === 0 ? undefined : standing.get(0);
    try {
      const marks = [index, standing.get(index) ?? before.get(index) ?? '', mark];
      return await messages.post({ ...message, marks, repliesTo: first ?? questionOf(address) });
    } catch (error) {
      // Nobody knows what stands.
      if (toBotError(error).code === 'platform_unavailable') strays = 'unknown';
      throw error;
    }
  };

  return {
    async openThread({ signal }) {
      signal.throwIfAborted();
      // Nobody asked, and there may be no answer: an empty thread would stay. Nor does a refusal need one.
      const needsNone = turn.unprompted === true || turn.error !== undefined;
      if (opened !== undefined || needsNone) return opened;
      const place = await openThreadOn(deps, { turn, address });
      if (place === undefined) return undefined;
      const conversationKey = discordConversationKey(address.message ?? place.channel);
      opened = { replyTo: writeAddress(place), conversationKey };
      return opened;
    },
    async putPart(index, markdown, put) {
      const { signal, actions = [] } = put;
      signal.throwIfAborted();
      const isPing = put.ping === true;
      const body = isPing
        ? renderPing(markdown, turn.asker)
        : renderPart(markdown, { plain: put.plain === true, actions, turnId: turn.id });
      const kind = index === 0 ? 'first' : 'further';
      const id =
        (put.fresh === true ? undefined : known(index)) ??
        (await findLost(index, { kind, signal }));
      signal.throwIfAborted();
      // What is to ring rang when it was posted.
      if (id !== undefined && !isPing) await messages.edit(id, body);
      const confirmed = id ?? (await post(index, { body }));
      standing.set(index, confirmed);
      deps.typing.rest(turn.id);
      const { channel, answeredTag } = address;
      // An answer that shows its passages rests on some: "I found nothing" is none.
      if (put.final && actions.includes('passages') && answeredTag !== undefined && !isTagged) {
        isTagged = true;
        await addAnsweredTag(deps, { channel, tag: answeredTag });
      }
      return confirmed;
    },
    async putFile(index, { name, text }, { signal }) {
      signal.throwIfAborted();
      const sizeBytes = Buffer.byteLength(text);
      const isIt = ({ files: [file] }: OwnMessage) =>
        file?.name === name && file.sizeBytes === sizeBytes;
      const stands =
        standing.get(index) ?? (await findLost(index, { kind: 'files', isIt, signal }));
      signal.throwIfAborted();
      const files = [{ name, text }];
      const id = stands ?? (await post(index, { body: renderFile(name), files, mark: text }));
      standing.set(index, id);
      return id;
    },
    async removePart(index, { signal }) {
      signal.throwIfAborted();
      const id = known(index);
      if (id === undefined) return;
      await messages.remove(id);
      standing.delete(index);
      before.set(index, id);
    },
    async removeStrays({ signal }) {
      signal.throwIfAborted();
      const taken = new Set(standing.values());
      // By its own token, also where the bot may not read.
      if (responseId !== undefined && !taken.has(responseId)) await messages.remove(responseId);
      const { first, further, files } = await messages.read(signal);
      const ids = [...first, ...further, ...files].map(({ id }) => id);
      for (const id of ids.filter((each) => !taken.has(each))) {
        signal.throwIfAborted();
        await messages.remove(id);
      }
    },
    async noticePrivately(code, { signal }) {
      await tellPrivately(code, { signal });
    },
  };
};
