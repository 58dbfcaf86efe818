/**
 * What stands in the workspaces now, and the only place where it changes; every change is told to the listeners.
 *
 * Deleting a thread's root that has replies leaves a tombstone, as Slack does; the tombstone goes with the last reply.
 * @see https://github.com/slack-edge/slack-edge/pull/10 (recorded tombstone events)
 */
import { createBotTokens } from './bot-tokens.ts';
import type { FakeSlackClock } from './clock.ts';
import { createFileStore } from './file-store.ts';
import {
  type Channel,
  type Enterprise,
  type Message,
  repliesOf,
  statusKey,
  type TokenState,
  type User,
  type Workspace,
} from './workspace.ts';

export interface StateChange {
  readonly kind: 'post' | 'update' | 'delete' | 'ephemeral' | 'reaction';
  readonly workspace: Workspace;
  readonly channel: Channel;
  /** As it stands after the change; for `delete` as it stood before. */
  readonly message: Message;
  readonly previous?: Message;
  /** What Slack leaves in place of a deleted root that has replies. */
  readonly tombstone?: Message;
  readonly byBot: boolean;
  /** When Slack says it happened: the message's own `ts` when it was posted, later than it otherwise. */
  readonly eventTs: string;
  /** The only person who sees an ephemeral message. */
  readonly onlyFor?: string;
}

export interface TeamOptions {
  readonly id: string;
  /** Without one the app is not installed there. */
  readonly botToken?: string;
  /** Of the token; default `all`. */
  readonly scopes?: readonly string[];
  readonly enterpriseId?: string;
  readonly botUserId?: string;
  readonly botId?: string;
  readonly name?: string;
}

export interface ChannelOptions {
  readonly id: string;
  readonly teamId?: string;
  readonly name?: string;
  readonly isExtShared?: boolean;
  readonly isArchived?: boolean;
  readonly isPrivate?: boolean;
  /** A direct message of several people; needs `members`. */
  readonly isGroupMessage?: boolean;
  /** Whether the bot is in it; default true. */
  readonly isMember?: boolean;
  /** Default: the team, without guests and people of other companies. A channel that is added again has these. */
  readonly members?: readonly string[];
}

export interface UserOptions {
  readonly id: string;
  readonly teamId?: string;
  /** The company the person belongs to, when it is not the workspace itself (Slack Connect). */
  readonly homeTeamId?: string;
  readonly name?: string;
  readonly isBot?: boolean;
  readonly isRestricted?: boolean;
  readonly isUltraRestricted?: boolean;
  readonly isStranger?: boolean;
  readonly isAdmin?: boolean;
  readonly enterpriseId?: string;
}

export interface EnterpriseOptions {
  readonly id: string;
  readonly name?: string;
  readonly botToken?: string;
  readonly scopes?: readonly string[];
}

export type WorkspaceState = ReturnType<typeof createWorkspaceState>;

export function createWorkspaceState({ clock }: { readonly clock: FakeSlackClock }) {
  const workspaces = new Map<string, Workspace>();
  const enterprises = new Map<string, Enterprise>();
  const tokens = createBotTokens({ workspaces: () => [...workspaces.values()] });
  const listeners = new Set<(change: StateChange) => void>();
  let lastTsMicros = 0;
  const limits = { pageSize: 1_000, downloads: true };

  /** Unique in the whole fake, growing, in Slack's form `seconds.micros`. */
  function nextTs(): string {
    lastTsMicros = Math.max(lastTsMicros + 1, Math.floor(clock.now()) * 1000);
    const seconds = Math.floor(lastTsMicros / 1_000_000);
    return `${seconds}.${String(lastTsMicros % 1_000_000).padStart(6, '0')}`;
  }

  function tell(change: Omit<StateChange, 'eventTs'>): void {
    const eventTs = change.kind === 'post' ? change.message.ts : nextTs();
    for (const listener of [...listeners]) listener({ ...change, eventTs });
  }

  /** The named workspace, or the only one. */
  function workspace(teamId?: string): Workspace {
    const found = teamId === undefined ? [...workspaces.values()][0] : workspaces.get(teamId);
    if (!found) throw new Error(`fake Slack has no workspace ${teamId ?? ''}`);
    return found;
  }

  /** Where a channel lives; throws on one that was never added, which is a fault of the test. */
  function place(channelId: string): { workspace: Workspace; channel: Channel } {
    for (const each of workspaces.values()) {
      const channel = each.channels.get(channelId);
      if (channel) return { workspace: each, channel };
    }
    throw new Error(`fake Slack has no channel ${channelId}`);
  }

  function openDirectMessage(inWorkspace: Workspace, userId: string): Channel {
    const id = `D${userId.slice(1)}`;
    const existing = inWorkspace.channels.get(id);
    if (existing) return existing;
    const channel: Channel = {
      ...{ id, name: id, kind: 'im', isExtShared: false, withUser: userId, messages: new Map() },
      ...{ members: new Set([userId]), isArchived: false, botIsMember: true },
    };
    inWorkspace.channels.set(id, channel);
    return channel;
  }

  function post(
    where: { readonly workspace: Workspace; readonly channel: Channel },
    content: Omit<Message, 'ts' | 'reactions' | 'isTombstone'>,
  ): Message {
    const message = { ...content, ts: nextTs(), reactions: [], isTombstone: false };
    where.channel.messages.set(message.ts, message);
    if (message.botId)
      where.workspace.statuses.delete(statusKey(where.channel.id, message.threadTs ?? ''));
    tell({ kind: 'post', ...where, message, byBot: message.botId !== undefined });
    return message;
  }

  function replace(
    where: { readonly workspace: Workspace; readonly channel: Channel },
    change: Pick<StateChange, 'message' | 'byBot' | 'onlyFor'> & { readonly previous: Message },
    kind: 'update' | 'reaction' = 'update',
  ): void {
    where.channel.messages.set(change.message.ts, change.message);
    tell({ kind, ...where, ...change });
  }

  function remove(
    where: { readonly workspace: Workspace; readonly channel: Channel },
    message: Message,
    { byBot }: { readonly byBot: boolean },
  ): void {
    const { channel } = where;
    if (repliesOf(channel, message.ts).length > 0) {
      const tombstone: Message = {
        ...{ ts: message.ts, user: 'USLACKBOT', text: 'This message was deleted.' },
        ...{ reactions: [], isTombstone: true },
      };
      channel.messages.set(message.ts, tombstone);
      tell({ kind: 'delete', ...where, message, tombstone, byBot });
      return;
    }
    channel.messages.delete(message.ts);
    tell({ kind: 'delete', ...where, message, byBot });
    const root =
      message.threadTs === undefined ? undefined : channel.messages.get(message.threadTs);
    if (root?.isTombstone && repliesOf(channel, root.ts).length === 0) {
      channel.messages.delete(root.ts);
      tell({ kind: 'delete', ...where, message: root, byBot });
    }
  }

  return {
    tokens,
    nextTs,
    ...createFileStore({ workspaces, workspace, post, replace }),
    /** The recipient presses Slack's own "Stop": what came stays, and nothing more is taken. */
    stopStreamByUser(at: { readonly channel: string; readonly ts: string }): void {
      const where = place(at.channel);
      const previous = where.channel.messages.get(at.ts);
      if (!previous?.stream) throw new Error(`no stream ${at.ts} stands in ${at.channel}`);
      const stream = { ...previous.stream, state: 'completed', stoppedByUser: true } as const;
      replace(where, { previous, message: { ...previous, stream }, byBot: false });
    },
    /** What an app that is sold outside the Marketplace gets of `conversations.replies` and `.history`: 15 messages a page. */
    limitPages(messages: number): void {
      limits.pageSize = messages;
    },
    /** Private files answer with the sign-in page, as they do for a token without `files:read`. */
    signOutDownloads(): void {
      limits.downloads = false;
    },
    limits,
    tell,
    workspace,
    place,
    openDirectMessage,
    post,
    replace,
    remove,
    enterprise(id: string): Enterprise {
      const found = enterprises.get(id);
      if (!found) throw new Error(`fake Slack has no organisation ${id}`);
      return found;
    },
    workspaces: (): readonly Workspace[] => [...workspaces.values()],
    /** Whether the app is there for the whole organisation: the workspace's own installation stands before it. */
    isOrgWide: ({ id, enterpriseId }: Workspace): boolean =>
      enterpriseId !== undefined && !tokens.of(id).some((each) => each.state === 'valid'),
    /** Gives the way to stop listening. */
    onChange(listener: (change: StateChange) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    addTeam(options: TeamOptions): Workspace {
      const added: Workspace = {
        id: options.id,
        name: options.name ?? options.id,
        domain: `team-${options.id.toLowerCase()}`,
        appId: 'A0FOOTNOTE',
        ...(options.enterpriseId === undefined ? {} : { enterpriseId: options.enterpriseId }),
        botUserId: options.botUserId ?? `U0BOT${options.id}`,
        botId: options.botId ?? `B0BOT${options.id}`,
        users: new Map(),
        channels: new Map(),
        files: new Map(),
        statuses: new Map(),
        editWindowMs: undefined,
      };
      workspaces.set(added.id, added);
      const { botToken: token, scopes = 'all' } = options;
      if (token !== undefined) tokens.issue({ token, owner: { teamId: added.id }, scopes });
      return added;
    },
    addChannel(options: ChannelOptions): Channel {
      const added: Channel = {
        id: options.id,
        name: options.name ?? options.id.toLowerCase(),
        kind: options.isGroupMessage ? 'mpim' : options.isPrivate ? 'group' : 'channel',
        isExtShared: options.isExtShared ?? false,
        isArchived: options.isArchived ?? false,
        botIsMember: options.isMember ?? true,
        messages: new Map(),
        ...(options.members ? { members: new Set(options.members) } : {}),
      };
      workspace(options.teamId).channels.set(added.id, added);
      return added;
    },
    addUser(options: UserOptions): User {
      const home = workspace(options.teamId);
      const added: User = {
        id: options.id,
        teamId: options.homeTeamId ?? home.id,
        name: options.name ?? options.id.toLowerCase(),
        isBot: options.isBot ?? false,
        isRestricted: options.isRestricted ?? false,
        isUltraRestricted: options.isUltraRestricted ?? false,
        isStranger: options.isStranger ?? false,
        isAdmin: options.isAdmin ?? false,
        enterpriseId: options.enterpriseId ?? home.enterpriseId,
      };
      home.users.set(added.id, added);
      return added;
    },
    removeBotFrom(channelId: string): void {
      place(channelId).channel.botIsMember = false;
    },
    archive(channelId: string): void {
      place(channelId).channel.isArchived = true;
    },
    /** Its workspaces are added with its id. With a token the app is installed for all of it. */
    addEnterprise(options: EnterpriseOptions): Enterprise {
      const { id, name = id, botToken: token, scopes = 'all' } = options;
      const added = { id, name };
      enterprises.set(id, added);
      if (token !== undefined) tokens.issue({ token, owner: { enterpriseId: id }, scopes });
      return added;
    },
    /** Of all tokens of the workspace, the only one, or the organisation. */
    setTokenState(state: TokenState, ownerId?: string): void {
      for (const each of tokens.of(ownerId ?? workspace().id)) each.state = state;
    },
    /** The workspace's setting "members may edit for …"; 0 closes it for everything posted so far. */
    setEditWindow(ms: number | undefined, teamId?: string): void {
      workspace(teamId).editWindowMs = ms;
    },
  };
}
