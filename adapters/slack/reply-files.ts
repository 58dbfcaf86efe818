/** The file under a reply that holds the rest of a long answer: uploaded once, found again, deleted with its message. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { BotError, toBotError } from '../../src/domain/errors.ts';
import type { TurnId } from '../../src/domain/ids.ts';
import type { ReplyFile } from '../../src/ports/speaker.ts';
import type { OwnMessage } from './own-messages.ts';
import type { SlackAddress } from './reply-address.ts';
import type { ReplyMessages } from './reply-messages.ts';
import { slackCodeOf } from './slack-errors.ts';
import type { SlackWorkspace } from './slack-workspaces.ts';

export interface ReplyFiles {
  /** Resolves with Slack's id of the file. After an unclear outcome it looks before it uploads again. */
  put(
    file: ReplyFile,
    options: { readonly mayStand: boolean; readonly signal: AbortSignal },
  ): Promise<string>;
  /** The file, and the message that shares it. */
  remove(fileId: string, options: { readonly signal: AbortSignal }): Promise<void>;
  /** Ids of the turn's files that a message shares, whatever they hold. */
  idsIn(message: OwnMessage): readonly string[];
}

const ticketSchema = z.object({ upload_url: z.string(), file_id: z.string() });

/**
 * A file can carry no metadata, so its name does: `answer-<turn>-<text>.md`, both as 8 hex digits of a hash. People read its title, `answer.md`.
 *
 * Three calls of our own, not the SDK's `filesUploadV2`: that one tells the file's id only at the end, so that a lost answer could not be told from a lost file,
 * and its calls heed neither our limits nor our timeouts.
 *
 * @see https://docs.slack.dev/messaging/working-with-files#uploading_files
 */
export const createReplyFiles = (
  deps: SlackWorkspace,
  options: {
    readonly turnId: TurnId;
    readonly address: SlackAddress;
    readonly messages: ReplyMessages;
  },
): ReplyFiles => {
  const { call, transfer } = deps;
  const { turnId, address, messages } = options;
  const turnMark = markOf(turnId);
  /** Uploaded, and perhaps completed: Slack takes some time until the message shows it. By name. */
  const uploaded = new Map<string, string>();

  const find = async (name: string, signal: AbortSignal): Promise<string | undefined> => {
    const files = (await messages.read(signal)).flatMap((message) => message.files);
    return files.find((file) => file.name === name)?.id;
  };
  const upload = async (name: string, text: string): Promise<string> => {
    const bytes = new TextEncoder().encode(text);
    const args = { filename: name, length: bytes.length };
    const { upload_url, file_id } = await call('files.getUploadURLExternal', args, {
      answer: ticketSchema,
    });
    await transfer.upload(upload_url, bytes);
    return file_id;
  };
  const complete = async (id: string, title: string): Promise<void> => {
    const args = {
      files: [{ id, title }],
      channel_id: address.channel,
      thread_ts: address.threadTs,
    };
    await call('files.completeUploadExternal', args, { answer: z.unknown() });
  };

  return {
    async put({ name: title, text }, { mayStand, signal }) {
      const name = nameFor(title, [turnMark, markOf(text)]);
      const pending = uploaded.get(name);
      const standing = mayStand || pending !== undefined ? await find(name, signal) : undefined;
      if (standing !== undefined) return standing;
      signal.throwIfAborted();
      const id = pending ?? (await upload(name, text));
      signal.throwIfAborted();
      uploaded.set(name, id);
      try {
        await complete(id, title);
      } catch (error) {
        // A ticket is good once: it was used, by the call whose answer was lost.
        const isDone = pending !== undefined && slackCodeOf(toBotError(error)) === 'file_not_found';
        if (!isDone) throw error;
      }
      return id;
    },
    async remove(fileId, { signal }) {
      const shares = (await messages.read(signal).catch(noneInDeletedThread)).filter((message) =>
        message.files.some(({ id }) => id === fileId),
      );
      signal.throwIfAborted();
      await call('files.delete', { file: fileId }, { answer: z.unknown() }).catch(
        (error: unknown) => {
          const slackCode = slackCodeOf(toBotError(error));
          if (slackCode !== 'file_deleted' && slackCode !== 'file_not_found') throw error;
        },
      );
      for (const { ts } of shares) await messages.remove(ts);
      uploaded.clear();
    },
    idsIn: ({ files }) =>
      files.filter(({ name }) => name.includes(`-${turnMark}-`)).map(({ id }) => id),
  };
};

/** For a look at a thread that is gone. */
export const noneInDeletedThread = (error: unknown): readonly [] => {
  if (error instanceof BotError && error.code === 'reply_deleted') return [];
  throw error;
};

const markOf = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 8);

/** `answer.md` becomes `answer-1a2b3c4d-5e6f7a8b.md`. */
const nameFor = (title: string, marks: readonly string[]): string => {
  const dot = title.lastIndexOf('.');
  const end = dot > 0 ? dot : title.length;
  return `${[title.slice(0, end), ...marks].join('-')}${title.slice(end)}`;
};
