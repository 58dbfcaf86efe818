/**
 * The shapes of one workspace as Slack keeps it: people, channels, messages.
 * @see https://docs.slack.dev/reference/objects/conversation-object
 * @see https://docs.slack.dev/reference/objects/user-object
 */

export type TokenState = 'valid' | 'token_revoked' | 'account_inactive' | 'invalid_auth';

export interface Workspace {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  readonly appId: string;
  /** Of the organisation that it belongs to. */
  readonly enterpriseId?: string;
  readonly botUserId: string;
  readonly botId: string;
  readonly users: Map<string, User>;
  readonly channels: Map<string, Channel>;
  /** Every file, deleted ones too, by id. */
  readonly files: Map<string, StoredFile>;
  /** What `assistant.threads.setStatus` shows, by channel and thread. */
  readonly statuses: Map<string, { readonly text: string; readonly untilMs: number }>;
  /** How long after posting a message may be edited; undefined means always. */
  editWindowMs: number | undefined;
}

export interface Enterprise {
  readonly id: string;
  readonly name: string;
}

export interface User {
  readonly id: string;
  readonly teamId: string;
  readonly name: string;
  readonly isBot: boolean;
  readonly isRestricted: boolean;
  readonly isUltraRestricted: boolean;
  /** Somebody of another organisation, seen through Slack Connect. */
  readonly isStranger: boolean;
  readonly isAdmin: boolean;
  /** Of the organisation, on an Enterprise plan. */
  readonly enterpriseId: string | undefined;
}

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: 'channel' | 'group' | 'im' | 'mpim';
  readonly isExtShared: boolean;
  /** The person on the other side of a direct message. */
  readonly withUser?: string;
  /** Who is in it besides the bot; undefined means the team, without guests and people of other companies. */
  readonly members?: ReadonlySet<string>;
  readonly messages: Map<string, Message>;
  isArchived: boolean;
  botIsMember: boolean;
}

/** @see https://docs.slack.dev/reference/objects/file-object */
export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly mimetype: string;
  readonly user: string;
  /** What the uploader said it would be. */
  readonly sizeBytes: number;
  readonly bytes: Uint8Array;
  /** `ticket`: a URL was given out, nothing came yet; `uploaded`: not completed, so nobody sees it. */
  readonly state: 'ticket' | 'uploaded' | 'stored' | 'deleted';
  /** The unguessable part of its addresses. */
  readonly secret: string;
}

/** Of a message that grows by Slack's own streaming. */
export interface Stream {
  readonly state: 'in_progress' | 'completed' | 'errored';
  readonly startedAtMs: number;
  readonly recipient: string;
  readonly stoppedByUser: boolean;
}

export type Block = { readonly type: string } & Readonly<Record<string, unknown>>;

export interface Metadata {
  readonly event_type: string;
  readonly event_payload: Readonly<Record<string, unknown>>;
}

/** Values are replaced, never changed in place, so that `message_changed` can tell the old one. */
export interface Message {
  readonly ts: string;
  /** The root's `ts`, on replies only. */
  readonly threadTs?: string;
  readonly user: string;
  readonly botId?: string;
  readonly clientMsgId?: string;
  /** As Slack stores it: `&`, `<` and `>` of typed text are entities. */
  readonly text: string;
  /** As sent; what Slack gives back is another matter, see message-json.ts. */
  readonly blocks?: readonly Block[];
  readonly metadata?: Metadata;
  /** As Slack gives them back. */
  readonly files?: readonly Readonly<Record<string, unknown>>[];
  /** Links that Slack unfurled. */
  readonly attachments?: readonly Readonly<Record<string, unknown>>[];
  readonly stream?: Stream;
  readonly edited?: { readonly user: string; readonly ts: string };
  readonly reactions: readonly { readonly name: string; readonly user: string }[];
  readonly isTombstone: boolean;
}

/** Slack's own order of messages: `ts` as fixed-width text, never as a float. */
export function byTs(left: { readonly ts: string }, right: { readonly ts: string }): number {
  return left.ts < right.ts ? -1 : left.ts > right.ts ? 1 : 0;
}

export function repliesOf(channel: Channel, rootTs: string): Message[] {
  return [...channel.messages.values()].filter((each) => each.threadTs === rootTs).sort(byTs);
}

/** The key of `Workspace.statuses`. */
export function statusKey(channel: string, threadTs: string): string {
  return `${channel} ${threadTs}`;
}
