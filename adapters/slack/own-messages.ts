/** Finds our own messages on Slack, and what each says that it belongs to. */
import * as z from 'zod';
import type { TurnId } from '../../src/domain/ids.ts';
import type { Turn } from '../../src/domain/turn.ts';
import type { OwnIdentity } from './own-identity.ts';
import type { SlackAddress } from './reply-address.ts';
import type { SlackCall } from './slack-call.ts';

const eventType = 'footnote_reply';
const pageSize = 200;
/** What stands in a channel itself is looked for soon after it was posted: it is among the newest. */
const maxChannelPages = 3;

/** `root` is the message that stands for a command's question, `notice` what the asker is told in private. */
export type OwnPart = number | 'root' | 'notice';

export interface OwnMessage {
  readonly ts: string;
  /** What its metadata says; undefined for a file, which can have none, and for a stream that was not ended. */
  readonly mark: { readonly turn: string; readonly part: OwnPart } | undefined;
  readonly files: readonly { readonly id: string; readonly name: string }[];
  /** Whether it grows by Slack's own streaming, or was left so: nobody ended it. */
  readonly isOpenStream: boolean;
}

interface Deps {
  readonly call: SlackCall;
  readonly identity: () => Promise<OwnIdentity>;
}

const payloadSchema = z.object({
  turn: z.string(),
  part: z.union([z.number(), z.literal('root'), z.literal('notice')]),
});
const messageSchema = z.object({
  ts: z.string(),
  user: z.string().nullish(),
  bot_id: z.string().nullish(),
  streaming_state: z.string().nullish(),
  files: z.array(z.object({ id: z.string(), name: z.string().nullish() })).nullish(),
  metadata: z.object({ event_type: z.string(), event_payload: z.unknown() }).nullish(),
});
const pageSchema = z.object({
  messages: z.array(messageSchema).nullish(),
  response_metadata: z.object({ next_cursor: z.string().nullish() }).nullish(),
});

/** What a message of ours carries. Other apps and members can read it, so it holds ids alone. */
export const metadataFor = (turnId: TurnId, part: OwnPart) => ({
  event_type: eventType,
  event_payload: { turn: turnId, part },
});

/**
 * Ours that stand in the thread after the question, of whatever turn, oldest first; 200 messages a call.
 * Throws what the call throws: `reply_deleted` when the whole thread is gone.
 *
 * @see https://docs.slack.dev/reference/methods/conversations.replies
 */
export const readOwnMessages = async (
  deps: Deps,
  address: SlackAddress,
  options: { readonly signal: AbortSignal },
): Promise<readonly OwnMessage[]> => {
  const { channel, threadTs, ts = '0' } = address;
  if (threadTs === undefined) return [];
  const found: OwnMessage[] = [];
  const pages = readPages(deps, 'conversations.replies', {
    args: { channel, ts: threadTs, oldest: ts },
    ...options,
  });
  // The root comes with every range.
  for await (const page of pages) found.push(...page.filter((message) => message.ts > ts));
  return found;
};

/**
 * The turn's message that stands in the channel itself, looked for from 10 s before the question on (our clock and Slack's differ); undefined when it is not among
 * the newest 600 since.
 *
 * @see https://docs.slack.dev/reference/methods/conversations.history
 */
export const findInChannel = async (
  deps: Deps,
  channel: string,
  options: {
    readonly turn: Pick<Turn, 'id' | 'askedAt'>;
    readonly part: OwnPart;
    readonly signal: AbortSignal;
  },
): Promise<string | undefined> => {
  const { turn, part, signal } = options;
  const oldest = (turn.askedAt.getTime() / 1_000 - 10).toFixed(6);
  const args = { channel, oldest };
  let pages = 0;
  for await (const page of readPages(deps, 'conversations.history', { args, signal })) {
    const found = page.find(({ mark }) => mark?.turn === turn.id && mark.part === part);
    pages += 1;
    if (found !== undefined || pages === maxChannelPages) return found?.ts;
  }
  return undefined;
};

async function* readPages(
  deps: Deps,
  method: string,
  options: { readonly args: object; readonly signal: AbortSignal },
): AsyncGenerator<readonly OwnMessage[]> {
  const { userId, botId } = await deps.identity();
  const isOurs = ({ user, bot_id }: z.infer<typeof messageSchema>): boolean =>
    user === userId || (botId !== undefined && bot_id === botId);
  let cursor = '';
  do {
    options.signal.throwIfAborted();
    const args = {
      ...options.args,
      include_all_metadata: true,
      limit: pageSize,
      ...(cursor === '' ? {} : { cursor }),
    };
    const page = await deps.call(method, args, { answer: pageSchema });
    yield (page.messages ?? []).filter(isOurs).map(toOwnMessage);
    cursor = page.response_metadata?.next_cursor ?? '';
  } while (cursor !== '');
}

const toOwnMessage = (message: z.infer<typeof messageSchema>): OwnMessage => {
  const { metadata, files, streaming_state } = message;
  const payload = payloadSchema.safeParse(metadata?.event_payload);
  return {
    ts: message.ts,
    mark: metadata?.event_type === eventType ? payload.data : undefined,
    files: (files ?? []).map(({ id, name }) => ({ id, name: name ?? '' })),
    isOpenStream: streaming_state === 'in_progress' || streaming_state === 'errored',
  };
};
