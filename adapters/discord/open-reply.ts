/** Opens the reply of a turn on Discord; that of a command once it is known where its response stands. */
import { BotError } from '../../src/domain/errors.ts';
import type { ReplyPart, Turn } from '../../src/domain/turn.ts';
import type { Reply } from '../../src/ports/speaker.ts';
import { createDiscordReply } from './discord-reply.ts';
import type { DiscordSpeech } from './discord-speech.ts';
import { findResponse } from './find-response.ts';
import {
  type DiscordAddress,
  type DiscordCommand,
  readAddress,
  writeAddress,
} from './reply-address.ts';

interface Options {
  readonly parts: readonly ReplyPart[];
  readonly firstAttempt: boolean;
}

/** Costs nothing: what stands for a command is looked for at the first call. */
export const openDiscordReply = (deps: DiscordSpeech, turn: Turn, options: Options): Reply => {
  const { command, ...address } = readAddress(turn.replyTo);
  return command === undefined
    ? createDiscordReply(deps, turn, options)
    : openCommandReply(deps, turn, { ...options, command, address });
};

/**
 * Where no response is to be found the answer is messages of their own. One that somebody deleted before anything was written into it is `reply_deleted`, as
 * any part is.
 */
const openCommandReply = (
  deps: DiscordSpeech,
  turn: Turn,
  options: Options & { readonly command: DiscordCommand; readonly address: DiscordAddress },
): Reply => {
  const { command, address, parts, firstAttempt } = options;
  const openAt = (more: Partial<DiscordAddress>): Reply => {
    const replyTo = writeAddress({ ...address, ...more });
    return createDiscordReply(deps, { ...turn, replyTo }, { parts, firstAttempt });
  };
  /** They reply to the command, which is no message: to nothing, but nobody else's do. */
  const withoutResponse = openAt({ message: command.interaction });
  let reply: Reply | undefined;
  let isDeleted = false;

  const find = async (signal: AbortSignal): Promise<Reply> => {
    if (reply !== undefined) return reply;
    signal.throwIfAborted();
    const { channel } = address;
    const found = await findResponse(deps, { turnId: turn.id, command, channel, signal });
    isDeleted = found === 'deleted' && turn.repeats === undefined && parts.length === 0;
    reply =
      found === undefined || found === 'deleted'
        ? withoutResponse
        : openAt({ response: { ...command, message: found } });
    return reply;
  };
  const findToWrite = async (signal: AbortSignal): Promise<Reply> => {
    const found = await find(signal);
    if (isDeleted) throw new BotError('reply_deleted');
    return found;
  };

  return {
    openThread: withoutResponse.openThread,
    noticePrivately: withoutResponse.noticePrivately,
    putPart: async (index, markdown, put) =>
      (await findToWrite(put.signal)).putPart(index, markdown, put),
    putFile: async (index, file, put) => (await findToWrite(put.signal)).putFile(index, file, put),
    removePart: async (index, { signal }) => (await find(signal)).removePart(index, { signal }),
    removeStrays: async ({ signal }) => (await find(signal)).removeStrays({ signal }),
  };
};
