/** Reads a Slack event: is it a question, may it be one, was a question edited or deleted, or is it nothing to us. */
import * as z from 'zod';
import type { QuestionFile } from '../../src/domain/turn.ts';
import { questionFiles } from './question-files.ts';
import { isEmojiOnly, mentions, mentionsAnybody, readableText } from './readable-text.ts';
import { slackId, slackTs } from './slack-ids.ts';
import type { WorkspaceId } from './slack-workspaces.ts';
import { workspaceOf } from './workspace-of.ts';

/** A message that a person wrote, as far as we use it. */
export interface SlackMessage {
  /** The workspace through which the event came. */
  readonly team: string;
  /** The organisation, where the app is installed for all of it. */
  readonly enterprise?: string;
  readonly channel: string;
  readonly ts: string;
  /** The thread's root; the message's own `ts` when it starts a thread. */
  readonly rootTs: string;
  readonly user: string;
  /** As typed, without our mention; may be empty. */
  readonly text: string;
  readonly isMention: boolean;
  /** Absent: none. */
  readonly files?: readonly QuestionFile[];
  readonly clientMsgId?: string;
  /** Between the person and us alone. */
  readonly isDirect: boolean;
  /** Whether the event itself says that people of other companies read the place, or that one of them wrote it. */
  readonly isExternal: boolean;
}

export type SlackIncoming =
  | { readonly kind: 'question'; readonly message: SlackMessage }
  /** In a thread and without a mention: a question only from somebody who has asked there. */
  | { readonly kind: 'follow-up-candidate'; readonly message: SlackMessage }
  /** Said in the channel to nobody: a question only where we listen to everything. */
  | { readonly kind: 'overheard'; readonly message: SlackMessage }
  /** A person changed what they wrote. */
  | {
      readonly kind: 'edited';
      readonly message: SlackMessage;
      /** As typed before, without our mention; undefined when Slack did not say. */
      readonly previousText: string | undefined;
      /** Whether the edit put our mention in. */
      readonly mentionAdded: boolean;
    }
  /** `ts` of the message that was deleted. */
  | {
      readonly kind: 'deleted';
      readonly team: string;
      readonly channel: string;
      readonly ts: string;
    }
  | { readonly kind: 'ignored'; readonly reason: IgnoredReason };

export type IgnoredReason =
  | 'unknown_shape'
  | 'unknown_type'
  | 'message_subtype'
  | 'not_a_person'
  | 'to_somebody_else'
  | 'only_emoji'
  | 'nothing_edited';

const text = z.string().nullish();
const messageFields = {
  subtype: text,
  user: text,
  bot_id: text,
  text,
  ts: text,
  thread_ts: text,
  client_msg_id: text,
  files: z.unknown().optional(),
  team: text,
  user_team: text,
  source_team: text,
};
const changedMessage = z.object({ ...messageFields, edited: z.unknown().optional() }).nullish();
const eventSchema = z.object({
  ...messageFields,
  type: z.string(),
  hidden: z.boolean().nullish(),
  channel: text,
  channel_type: text,
  deleted_ts: text,
  message: changedMessage,
  previous_message: changedMessage,
});
const bodySchema = z.object({
  type: z.literal('event_callback'),
  is_ext_shared_channel: z.boolean().nullish(),
  event: z.unknown().optional(),
});
const authorizationsSchema = z.object({
  authorizations: z.array(z.object({ user_id: text, is_bot: z.boolean().nullish() })),
});

type Written = Omit<NonNullable<z.infer<typeof changedMessage>>, 'edited'>;

/** The bot's own user id as the event tells it; undefined when it does not. */
export const botUserIdIn = (body: unknown): string | undefined => {
  const parsed = authorizationsSchema.safeParse(body);
  const bot = parsed.data?.authorizations.find((each) => each.is_bot === true);
  return bot?.user_id ?? undefined;
};

/**
 * Decides from the event alone, before anything is looked up or stored.
 *
 * `app_mention` and its twin `message` both give the question: they share team, channel and ts, so they are one turn. An edit counts when a person made
 * it (`edited`) and the text is another than before: Slack sends the same event when it unfurls a link, and for every edit of our own.
 *
 * @see https://docs.slack.dev/reference/events/message
 * @see https://docs.slack.dev/reference/events/message/message_changed
 */
export const parseEvent = (body: unknown, botUserId: string | undefined): SlackIncoming => {
  const outer = bodySchema.safeParse(body);
  const workspace = workspaceOf(body);
  if (!outer.success || workspace === undefined) return ignored('unknown_shape');
  const parsed = eventSchema.safeParse(outer.data.event);
  if (!parsed.success) return ignored('unknown_shape');
  const event = parsed.data;
  if (event.type !== 'message' && event.type !== 'app_mention') return ignored('unknown_type');
  const channel = slackId.safeParse(event.channel);
  if (!channel.success) return ignored('unknown_shape');
  const place: Place = {
    ...{ workspace, botUserId, channel: channel.data },
    isDirect: event.channel_type === 'im',
    isExternal: outer.data.is_ext_shared_channel === true,
  };
  if (event.subtype === 'message_deleted' || isTombstone(event.message))
    return parseDeleted(event, place);
  if (event.subtype === 'message_changed') return parseEdited(event, place);
  if (event.hidden === true) return ignored('message_subtype');
  const message = readMessage(event, place);
  if ('kind' in message) return message;
  if (event.type === 'app_mention')
    return { kind: 'question', message: { ...message, isMention: true } };
  if (message.isDirect || message.isMention) return { kind: 'question', message };
  // What is said to a person by name is theirs to answer.
  if (mentionsAnybody(event.text ?? '')) return ignored('to_somebody_else');
  if (message.files === undefined && isEmojiOnly(message.text)) return ignored('only_emoji');
  return { kind: message.rootTs === message.ts ? 'overheard' : 'follow-up-candidate', message };
};

type ChannelEvent = z.infer<typeof eventSchema>;
interface Place {
  readonly workspace: WorkspaceId;
  readonly channel: string;
  readonly botUserId: string | undefined;
  readonly isDirect: boolean;
  readonly isExternal: boolean;
}
type Ignored = Extract<SlackIncoming, { kind: 'ignored' }>;

const ignored = (reason: IgnoredReason): Ignored => ({ kind: 'ignored', reason });

const isPlainMessage = (subtype: string | null | undefined): boolean =>
  !subtype || subtype === 'file_share' || subtype === 'thread_broadcast';

/** A deleted root that has replies comes as a `message_changed` into a tombstone. */
const isTombstone = (message: ChannelEvent['message']): boolean => message?.subtype === 'tombstone';

const parseDeleted = (event: ChannelEvent, { workspace, channel }: Place): SlackIncoming => {
  if (event.previous_message?.bot_id) return ignored('not_a_person');
  const ts = slackTs.safeParse(event.deleted_ts ?? event.message?.ts);
  if (!ts.success) return ignored('unknown_shape');
  return { kind: 'deleted', team: workspace.team, channel, ts: ts.data };
};

const parseEdited = (event: ChannelEvent, place: Place): SlackIncoming => {
  const { message: written, previous_message: previous } = event;
  if (!written) return ignored('message_subtype');
  const message = readMessage(written, place);
  if ('kind' in message) return message;
  const isEdited = written.edited !== undefined && written.edited !== null;
  if (!isEdited || written.text === previous?.text) return ignored('nothing_edited');
  const { botUserId } = place;
  const wasMention = botUserId !== undefined && mentions(previous?.text ?? '', botUserId);
  return {
    ...{ kind: 'edited', message },
    previousText: previous ? readableText(previous.text ?? '', botUserId) : undefined,
    mentionAdded: previous !== null && previous !== undefined && message.isMention && !wasMention,
  };
};

/** What a person wrote; ignored when it was no person, or no message of theirs. */
const readMessage = (written: Written, place: Place): SlackMessage | Ignored => {
  if (!isPlainMessage(written.subtype)) return ignored('message_subtype');
  const user = slackId.safeParse(written.user);
  const ts = slackTs.safeParse(written.ts);
  const rootTs = slackTs.safeParse(written.thread_ts ?? written.ts);
  if (written.bot_id || written.user === place.botUserId) return ignored('not_a_person');
  if (!user.success || !ts.success || !rootTs.success) return ignored('unknown_shape');
  if (user.data.startsWith('USLACK')) return ignored('not_a_person');
  const { workspace, channel, botUserId, isDirect } = place;
  const files = questionFiles(written.files);
  return {
    team: workspace.team,
    ...(workspace.enterprise === undefined ? {} : { enterprise: workspace.enterprise }),
    channel,
    ts: ts.data,
    rootTs: rootTs.data,
    user: user.data,
    text: readableText(written.text ?? '', botUserId),
    isMention: botUserId !== undefined && mentions(written.text ?? '', botUserId),
    ...(files.length > 0 ? { files } : {}),
    ...(written.client_msg_id ? { clientMsgId: written.client_msg_id } : {}),
    isDirect,
    isExternal: place.isExternal || isFromOutside(written, workspace),
  };
};

/**
 * The author's home is another one than ours. Of an app that is installed for a whole organisation another workspace may be ours as well: there only another
 * organisation (`E…`) counts, and the person is looked up.
 */
const isFromOutside = (written: Written, { team, enterprise }: WorkspaceId): boolean =>
  [written.team, written.user_team, written.source_team].some(
    (home) =>
      home &&
      home !== team &&
      home !== enterprise &&
      (enterprise === undefined || home.startsWith('E')),
  );
