/** What people saw and when: every visible change in order, what stands there now, and a transcript to compare. */
import { MessageType } from 'discord-api-types/v10';
import { accountOf, type ReadMessage } from './account.ts';
import { type SeenMessage, type SeenThread, seenMessage, seenThread } from './seen-message.ts';
import { byId } from './snowflakes.ts';
import { transcriptLines } from './transcript.ts';
import type { Message } from './world.ts';
import type { WorldState } from './world-state.ts';

export interface VisibleChange extends SeenMessage {
  readonly kind: 'post' | 'edit' | 'delete';
  /** On the monotonic clock (`performance.now()` unless the fake was given another). */
  readonly atMs: number;
}

export interface SeenFile {
  readonly name: string;
  readonly text: string;
  readonly message: string;
}

export interface Timeline {
  /** Oldest first; of one channel when it is named. What only one person saw is in it. */
  timeline(channel?: string): readonly VisibleChange[];
  /** What stands in a channel or thread for everybody now, oldest first. */
  messages(channel: string): readonly SeenMessage[];
  /** Of them the bot's own, without Discord's lines. */
  botMessages(channel: string): readonly SeenMessage[];
  /** What stands there for one person only. */
  ephemerals(user: string): readonly SeenMessage[];
  thread(id: string): SeenThread | undefined;
  /** The id of the thread that was made on a message. */
  threadOf(message: string): string | undefined;
  /** The threads of a channel, oldest first. */
  threads(channel: string): readonly SeenThread[];
  /** Whoever was notified by whatever the bot showed since the start, in order; edits count too. */
  pings(): readonly string[];
  /** The files of messages that stand in a channel, oldest first. */
  files(channel: string): readonly SeenFile[];
  isTyping(channel: string): boolean;
  /** The successive texts of one message, the first one included. */
  growth(channel: string, message: string): readonly string[];
  /**
   * Readable lines of what happened, in order: posts, threads, deletions, and for each message one line that counts its edits and gives the last text, at
   * the place of the last edit. Holds no time and no id, so that runs can be compared.
   */
  transcript(channel: string): string;
  /** What people read in all places since the timeline had so many changes. */
  account(from: number): readonly ReadMessage[];
}

/** Of Discord's own, in the name of whoever opened a thread. */
const ownLines: readonly number[] = [
  ...[MessageType.ThreadCreated, MessageType.ThreadStarterMessage],
];

export const createTimeline = ({
  state,
  monotonicMs,
}: {
  readonly state: WorldState;
  readonly monotonicMs: () => number;
}): Timeline => {
  const changes: VisibleChange[] = [];
  const seen = (message: Message): SeenMessage => seenMessage(message, state);

  state.onChange((change) => {
    const atMs = monotonicMs();
    if (change.kind === 'bulk-delete')
      changes.push(
        ...change.messages.map((each) => ({ ...seen(each), kind: 'delete' as const, atMs })),
      );
    if (!('message' in change) || (change.kind === 'edit' && change.isSilent)) return;
    changes.push({ ...seen(change.message), kind: change.kind, atMs });
  });

  const timeline = (channel?: string) =>
    changes.filter((each) => channel === undefined || each.channel === channel);
  const standing = (id: string): readonly Message[] =>
    [...state.channel(id).messages.values()]
      .filter((each) => each.onlyFor === undefined)
      .sort(byId);
  const messages = (channel: string) => standing(channel).map(seen);
  const thread = (id: string): SeenThread | undefined => {
    const channel = state.channels.get(id);
    return channel && seenThread(channel);
  };

  return {
    ...{ timeline, messages, thread },
    botMessages: (channel) =>
      messages(channel).filter(({ byBot, type }) => byBot && !ownLines.includes(type)),
    ephemerals: (user) =>
      [...state.channels.values()]
        .flatMap((each) => [...each.messages.values()])
        .filter((each) => each.onlyFor === user)
        .map(seen),
    threadOf: (message) => (state.channels.get(message)?.thread ? message : undefined),
    threads: (parent) =>
      [...state.channels.values()]
        .filter(({ parentId }) => parentId === parent)
        .sort(byId)
        .flatMap((each) => seenThread(each) ?? []),
    pings: () =>
      changes.flatMap(({ byBot, kind, pings }) => (byBot && kind !== 'delete' ? pings : [])),
    files: (channel) =>
      standing(channel).flatMap(({ id, attachments }) =>
        attachments.map(({ filename, bytes }) => ({
          ...{ name: filename, text: Buffer.from(bytes).toString(), message: id },
        })),
      ),
    isTyping: (channel) => state.channel(channel).typingUntilMs > state.clock.now(),
    growth: (channel, message) =>
      timeline(channel)
        .filter((each) => each.id === message && each.kind !== 'delete')
        .map(({ text }) => text),
    transcript: (channel) => transcriptLines(timeline(channel), state).join('\n'),
    account: (from) => accountOf(changes, { from, state }),
  };
};
