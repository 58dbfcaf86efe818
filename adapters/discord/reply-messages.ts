/** The calls behind one turn's messages: post, edit, delete, and find again what a lost answer hid. */
import { RESTJSONErrorCodes as Code, Routes } from 'discord-api-types/v10';
import * as z from 'zod';
import { toBotError } from '../../src/domain/errors.ts';
import type { Turn } from '../../src/domain/turn.ts';
import type { DiscordRequest } from './discord-call.ts';
import { discordCodeOf } from './discord-errors.ts';
import type { DiscordSpeech } from './discord-speech.ts';
import type { MessageBody } from './message-body.ts';
import { nonceOf } from './nonce.ts';
import { readOwnMessages } from './own-messages.ts';
import { type DiscordAddress, writesResponse } from './reply-address.ts';
import { compareIds, idAt, snowflake } from './snowflake.ts';
import { messagesOfTurn, noMessages, type TurnMessages } from './turn-messages.ts';

export interface NewMessage {
  readonly body: MessageBody;
  /** What tells it from every other message, see `nonceOf`. */
  readonly marks: readonly (string | number)[];
  /** A message of the same channel; undefined for none. It may be gone. */
  readonly repliesTo: string | undefined;
  readonly files?: DiscordRequest['files'];
}

export interface ReplyMessages {
  /** Idempotent for some minutes: a message that stands already gets the new text. Throws `reply_deleted` when it was deleted since. */
  post(message: NewMessage): Promise<string>;
  edit(id: string, body: MessageBody): Promise<void>;
  /** A message that is gone already, with its channel too, is a success. */
  remove(id: string): Promise<void>;
  /** The turn's messages that stand since its question, but a command's response; none where the channel is gone. */
  read(signal: AbortSignal): Promise<TurnMessages>;
}

const rowSchema = z.object({ components: z.array(z.object({ custom_id: z.string().nullish() })) });
const saidSchema = z.object({
  content: z.string().nullish(),
  components: z.array(rowSchema).nullish(),
});
const postedSchema = saidSchema.extend({ id: snowflake });
/** Our clock and Discord's differ. */
const skewMs = 10_000;
const goneCodes: ReadonlySet<number | undefined> = new Set([
  Code.UnknownChannel,
  Code.UnknownMessage,
]);

export const createReplyMessages = (
  deps: Pick<DiscordSpeech, 'call' | 'identity' | 'buckets'>,
  { turn, address }: { readonly turn: Turn; readonly address: DiscordAddress },
): ReplyMessages => {
  const { call, buckets } = deps;
  const { channel } = address;

  /** An edit, unlike a post, does not open a thread again that rested too long; one that is locked stays closed, and says so. */
  const inOpenThread = async (act: () => Promise<unknown>): Promise<void> => {
    try {
      await act();
    } catch (error) {
      if (discordCodeOf(toBotError(error)) !== Code.InvalidActionOnArchivedThread) throw error;
      const route = Routes.channel(channel);
      await call({ method: 'PATCH', route, body: { archived: false } }, { answer: z.unknown() });
      await act();
    }
  };

  const create = async ({ body, marks, repliesTo, files }: NewMessage) => {
    const route = Routes.channelMessages(channel);
    const named = { ...body, nonce: nonceOf([turn.id, ...marks]), enforce_nonce: true };
    const send = async (message: MessageBody) => {
      await buckets.admitPost(channel, turn.id);
      return call(
        { method: 'POST', route, body: message, ...(files !== undefined && { files }) },
        { answer: postedSchema },
      ).catch(async (error: unknown) => {
        const { retryAfterMs, details } = toBotError(error);
        if (details['status'] === 429 && retryAfterMs !== undefined)
          await buckets.postRefused(channel, retryAfterMs);
        throw error;
      });
    };
    if (repliesTo === undefined) return send(named);
    const message_reference = { message_id: repliesTo, fail_if_not_exists: false };
    return send({ ...named, message_reference }).catch((error: unknown) => {
      const code = discordCodeOf(toBotError(error));
      if (code !== Code.CannotReplyWithoutPermissionToReadMessageHistory) throw error;
      return send(named);
    });
  };
  const edit = (id: string, body: MessageBody): Promise<void> =>
    inOpenThread(() => {
      const route = Routes.channelMessage(channel, id);
      return call({ method: 'PATCH', route, body }, { answer: z.unknown() });
    });

  return {
    edit,
    async post(message) {
      const { body, files } = message;
      const posted = await create(message);
      // It stood already, with what an earlier try said.
      if (files === undefined && said(posted) !== said(saidSchema.parse(body)))
        await edit(posted.id, body);
      return posted.id;
    },
    async remove(id) {
      try {
        await inOpenThread(() => {
          const route = Routes.channelMessage(channel, id);
          return call({ method: 'DELETE', route }, { answer: z.unknown() });
        });
      } catch (error) {
        if (!goneCodes.has(discordCodeOf(toBotError(error)))) throw error;
      }
    },
    async read(signal) {
      const question = questionOf(address);
      const place = question ?? channel;
      const asked = idAt(turn.askedAt.getTime() - skewMs);
      const after = compareIds(place, asked) > 0 ? place : asked;
      const response = writesResponse(turn, address.response)
        ? address.response.message
        : undefined;
      try {
        const own = await readOwnMessages(deps, { channel, after, signal });
        return messagesOfTurn(own, { turnId: turn.id, question, response });
      } catch (error) {
        if (discordCodeOf(toBotError(error)) === Code.UnknownChannel) return noMessages;
        throw error;
      }
    },
  };
};

/** What the first part replies to: the question, if it stands in the same channel, or a command's response. */
export const questionOf = ({ message, questionChannel, response }: DiscordAddress) =>
  response?.message ?? (questionChannel === undefined ? message : undefined);

/** The words and the buttons, to compare; Discord takes away the blanks around a text. */
const said = ({ content, components }: z.infer<typeof saidSchema>): string => {
  const buttons = (components ?? []).flatMap((row) => row.components);
  return [content?.trim(), ...buttons.map(({ custom_id }) => custom_id)].join('\n');
};
