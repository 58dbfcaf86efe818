/** Reads a Slack event: is it a question, may it be a follow-up, was a question deleted, or is it nothing to us. */
import * as z from 'zod';
import { mentions, readableText } from './readable-text.ts';

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
  readonly clientMsgId?: string;
  readonly isDirect: boolean;
  /** Whether the event itself says that people of other companies read the place, or that one of them wrote it. */
  readonly isExternal: boolean;
}

export type SlackIncoming =
  | { readonly kind: 'question'; readonly message: SlackMessage }
  /** In a thread and without a mention: a question only from somebody who has asked there. */
  | { readonly kind: 'follow-up-candidate'; readonly message: SlackMessage }
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
  | 'not_addressed';

const text = z.string().nullish();
const changedMessage = z.object({ ts: text, subtype: text, bot_id: text }).nullish();
const eventSchema = z.object({
  type: z.string(),
  subtype: text,
  hidden: z.boolean().nullish(),
  channel: text,
  channel_type: text,
  user: text,
  bot_id: text,
  text,
  ts: text,
  thread_ts: text,
  client_msg_id: text,
  team: text,
  user_team: text,
  source_team: text,
  deleted_ts: text,
  message: changedMessage,
  previous_message: changedMessage,
});
const authorization = z.object({
  team_id: text,
  user_id: text,
  is_bot: z.boolean().nullish(),
});
const bodySchema = z.object({
  type: z.literal('event_callback'),
  team_id: text,
  context_team_id: text,
  is_ext_shared_channel: z.boolean().nullish(),
  authorizations: z.array(authorization).nullish(),
  event: z.unknown(),
});

/** The bot's own user id as the event tells it; undefined when it does not. */
export const botUserIdIn = (body: unknown): string | undefined => {
  const parsed = bodySchema.safeParse(body);
  const bot = parsed.data?.authorizations?.find((each) => each.is_bot === true);
  return bot?.user_id ?? undefined;
};

/**
 * Decides from the event alone, before anything is looked up or stored.
 *
 * `app_mention` and its twin `message` both give the question: they share team, channel and ts, so they are one turn.
 *
 * @see https://docs.slack.dev/reference/events/message
 */
export const parseEvent = (body: unknown, botUserId: string | undefined): SlackIncoming => {
  const outer = bodySchema.safeParse(body);
  if (!outer.success) return ignored('unknown_shape');
  const { event: inner, ...envelope } = outer.data;
  const parsed = eventSchema.safeParse(inner);
  const team = teamOf(envelope);
  if (!parsed.success || team === undefined) return ignored('unknown_shape');
  const event = parsed.data;
  if (event.type !== 'message' && event.type !== 'app_mention') return ignored('unknown_type');
  const { channel } = event;
  if (!channel) return ignored('unknown_shape');

  const deletedTs = deletedTsIn(event);
  if (deletedTs !== undefined)
    return event.previous_message?.bot_id
      ? ignored('not_a_person')
      : { kind: 'deleted', team, channel, ts: deletedTs };
  if (event.hidden === true || !isPlainMessage(event.subtype)) return ignored('message_subtype');
  const { user, ts } = event;
  if (!user || !ts) return ignored('unknown_shape');
  if (event.bot_id || user === botUserId || user.startsWith('USLACK'))
    return ignored('not_a_person');

  const isDirect = event.channel_type === 'im';
  const rootTs = event.thread_ts ?? ts;
  const message: SlackMessage = {
    team,
    channel,
    ts,
    rootTs,
    user,
    text: readableText(event.text ?? '', botUserId),
    ...(event.client_msg_id ? { clientMsgId: event.client_msg_id } : {}),
    isDirect,
    isExternal:
      envelope.is_ext_shared_channel === true ||
      [event.team, event.user_team, event.source_team].some((home) => home && home !== team),
  };
  const isMention = botUserId !== undefined && mentions(event.text ?? '', botUserId);
  if (event.type === 'app_mention' || isDirect || isMention) return { kind: 'question', message };
  return rootTs === ts ? ignored('not_addressed') : { kind: 'follow-up-candidate', message };
};

const ignored = (reason: IgnoredReason): SlackIncoming => ({ kind: 'ignored', reason });

const isPlainMessage = (subtype: string | null | undefined): boolean =>
  !subtype || subtype === 'file_share' || subtype === 'thread_broadcast';

/** A deleted root that has replies comes as a `message_changed` into a tombstone. */
const deletedTsIn = (event: z.infer<typeof eventSchema>): string | undefined => {
  if (event.subtype === 'message_deleted') return event.deleted_ts ?? undefined;
  const isTombstone = event.subtype === 'message_changed' && event.message?.subtype === 'tombstone';
  return isTombstone ? (event.message?.ts ?? undefined) : undefined;
};

/** In a shared channel `team_id` may be the author's company; the installation's team is the same for every event about a message. */
const teamOf = (envelope: Omit<z.infer<typeof bodySchema>, 'event'>): string | undefined =>
  envelope.authorizations?.[0]?.team_id ??
  envelope.context_team_id ??
  envelope.team_id ??
  undefined;
