/** What people saw and when: every visible change in order, what stands there now, and a transcript to compare. */
import type { FakeSlackClock } from './clock.ts';
import { livePings, seenText } from './seen-text.ts';
import {
  type Block,
  byTs,
  type Channel,
  type Message,
  type Metadata,
  type Stream,
  statusKey,
} from './workspace.ts';
import type { StateChange, WorkspaceState } from './workspace-state.ts';

export interface SeenMessage {
  readonly ts: string;
  readonly threadTs?: string;
  readonly byBot: boolean;
  readonly user: string;
  /** As a person reads it, see seen-text.ts. */
  readonly text: string;
  /** The live tokens in it that notify somebody. */
  readonly pings: readonly string[];
  /** Ids of the files that were shared with it and still stand. */
  readonly files?: readonly string[];
  readonly streamState?: Stream['state'];
  readonly blocks?: readonly Block[];
  readonly metadata?: Metadata;
  readonly isEdited: boolean;
  readonly reactions: readonly string[];
}

export interface SeenFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly text: string;
  readonly ts: string;
  readonly threadTs?: string;
}

export interface VisibleChange extends SeenMessage {
  readonly kind: StateChange['kind'];
  /** On the monotonic clock (`performance.now()` unless the fake was given another). */
  readonly atMs: number;
  readonly teamId: string;
  readonly channel: string;
  /** The only person who saw it (ephemeral). */
  readonly onlyFor?: string;
}

export interface Timeline {
  /** Oldest first; of one channel, or of one thread in it, when named. */
  timeline(channel?: string, threadTs?: string): readonly VisibleChange[];
  /** What stands in a channel now, threads included, in Slack's order. */
  channelMessages(channel: string): readonly SeenMessage[];
  /** What stands in a thread now: the root, when it is still there, and the replies. */
  thread(channel: string, threadTs: string): readonly SeenMessage[];
  /** The bot's messages that stand in a channel, or in one thread of it. */
  botMessages(channel: string, threadTs?: string): readonly SeenMessage[];
  /** Every live token that notified somebody, or would have, in whatever the bot showed since the start, in order. */
  pings(): readonly string[];
  /** The files of messages that stand in a channel, oldest first. */
  files(channel: string): readonly SeenFile[];
  /** What the bot says that it is doing in a thread; undefined when nothing is shown. */
  status(channel: string, threadTs: string): string | undefined;
  /** The successive texts of one message, the first one included. */
  growth(channel: string, ts: string): readonly string[];
  /**
   * Readable lines of what happened, in order: posts, deletions, and for each message one line that counts its edits
   * and gives the last text, at the place of the last edit. Holds no time and no id, so that runs can be compared.
   */
  transcript(channel: string, threadTs: string): string;
}

export function createTimeline({
  state,
  clock,
  monotonicMs,
}: {
  readonly state: WorkspaceState;
  readonly clock: Pick<FakeSlackClock, 'now'>;
  readonly monotonicMs: () => number;
}): Timeline {
  const changes: VisibleChange[] = [];
  state.onChange((change) => {
    changes.push({
      ...seen(change.message),
      kind: change.kind,
      atMs: monotonicMs(),
      teamId: change.workspace.id,
      channel: change.channel.id,
      ...(change.onlyFor ? { onlyFor: change.onlyFor } : {}),
    });
  });

  function timeline(channel?: string, threadTs?: string): readonly VisibleChange[] {
    const inChannel = changes.filter((each) => channel === undefined || each.channel === channel);
    return threadTs === undefined ? inChannel : inChannel.filter(isInThread(threadTs));
  }

  function channelMessages(channelId: string): readonly SeenMessage[] {
    return standing(state.place(channelId).channel).map(seen);
  }

  function thread(channel: string, threadTs: string): readonly SeenMessage[] {
    return channelMessages(channel).filter(isInThread(threadTs));
  }

  return {
    timeline,
    channelMessages,
    thread,
    botMessages: (channel, threadTs) =>
      (threadTs === undefined ? channelMessages(channel) : thread(channel, threadTs)).filter(
        (each) => each.byBot,
      ),
    pings: () => changes.flatMap(({ byBot, pings }) => (byBot ? pings : [])),
    files(channelId) {
      const { workspace, channel } = state.place(channelId);
      return standing(channel).flatMap(({ ts, threadTs, files = [] }) =>
        files.flatMap(({ id }) => {
          const file = workspace.files.get(String(id));
          if (file?.state !== 'stored') return [];
          const { name, title } = file;
          const text = Buffer.from(file.bytes).toString();
          return [
            { id: file.id, name, title, text, ts, ...(threadTs === undefined ? {} : { threadTs }) },
          ];
        }),
      );
    },
    status(channelId, threadTs) {
      const { workspace } = state.place(channelId);
      const shown = workspace.statuses.get(statusKey(channelId, threadTs));
      return shown && clock.now() < shown.untilMs ? shown.text : undefined;
    },
    growth: (channel, ts) =>
      timeline(channel)
        .filter((each) => each.ts === ts && (each.kind === 'post' || each.kind === 'update'))
        .map((each) => each.text),
    transcript(channel, threadTs) {
      const { workspace } = state.place(channel);
      const nameOf = (userId: string) =>
        userId === workspace.botUserId ? 'footnote' : (workspace.users.get(userId)?.name ?? userId);
      return transcriptLines(timeline(channel, threadTs), nameOf).join('\n');
    },
  };
}

function transcriptLines(
  changes: readonly VisibleChange[],
  nameOf: (userId: string) => string,
): string[] {
  const editsOf = ({ ts }: VisibleChange) =>
    changes.filter((each) => each.kind === 'update' && each.ts === ts);
  return changes
    .filter((each) => each.kind !== 'update' || editsOf(each).at(-1) === each)
    .map((change) => {
      const { kind, text, onlyFor, reactions } = change;
      const who = nameOf(change.user);
      if (kind === 'delete') return `${who} (deleted)`;
      if (kind === 'reaction') return `${who} (${reactions.map((name) => `:${name}:`).join(' ')})`;
      const edits = editsOf(change).length;
      const note = {
        post: '',
        update: edits === 1 ? ' (1 edit)' : ` (${edits} edits)`,
        ephemeral: ` (only to ${nameOf(onlyFor ?? '')})`,
      }[kind];
      return `${who}${note}: ${text.replaceAll('\n', '\n  ')}`;
    });
}

function isInThread(threadTs: string): (message: SeenMessage) => boolean {
  return ({ ts, threadTs: own }) => ts === threadTs || own === threadTs;
}

function standing(channel: Channel): Message[] {
  return [...channel.messages.values()].filter((each) => !each.isTombstone).sort(byTs);
}

function seen(message: Message): SeenMessage {
  const { ts, threadTs, user, blocks, metadata } = message;
  return {
    ...{ ts, user, byBot: message.botId !== undefined, text: seenText(message) },
    ...(threadTs === undefined ? {} : { threadTs }),
    ...(blocks ? { blocks } : {}),
    ...(metadata ? { metadata } : {}),
    pings: livePings(message),
    ...(message.files
      ? {
          files: message.files
            .filter(({ mode }) => mode !== 'tombstone')
            .map(({ id }) => String(id)),
        }
      : {}),
    ...(message.stream ? { streamState: message.stream.state } : {}),
    isEdited: message.edited !== undefined,
    reactions: message.reactions.map((each) => each.name),
  };
}
