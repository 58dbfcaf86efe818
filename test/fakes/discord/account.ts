/** What people read of a stretch of time, message by message, wherever it stands; to be compared, and to be read. */
import { MessageType } from 'discord-api-types/v10';
import { forumTypes } from './access.ts';
import type { VisibleChange } from './timeline.ts';
import { nameOf, readable } from './transcript.ts';
import type { Json } from './world.ts';
import type { WorldState } from './world-state.ts';

export interface ReadMessage {
  /** `#people`, `#people, thread “its name”`, `#questions, post “its title”`, `a direct message with ada`. */
  readonly place: string;
  readonly who: string;
  /** What Discord shows about it: `edited`, `deleted`, `only to ada`, `reply to ada`, `ada used /ask`. */
  readonly notes: readonly string[];
  /** Markdown as it was sent, mentions by name; then its embeds and files. Empty for what is deleted. */
  readonly text: string;
  /** What can be pressed under it, by label. */
  readonly buttons: readonly string[];
}

/**
 * Since the timeline had `from` changes, oldest first. A message of the bot's stands once, at its last change: how often it grew before follows the pace of
 * the machine. What was put once more as it stood is left out, and so is the message that Discord repeats at the head of a thread. What a person edited stands
 * as it was and as it became. Holds no time and no id.
 */
export const accountOf = (
  changes: readonly VisibleChange[],
  { from, state }: { readonly from: number; readonly state: WorldState },
): readonly ReadMessage[] => {
  const read = (change: VisibleChange): ReadMessage => ({
    place: placeName(change.channel, state),
    who: nameOf(change.user, state),
    ...(change.kind === 'delete' ? deleted : shown(change, state)),
  });
  const before = changes.slice(0, from);
  const since = changes.slice(from);
  const isNews = (change: VisibleChange): boolean => {
    if (change.type === MessageType.ThreadStarterMessage) return false;
    if (change.kind === 'delete' || (change.kind === 'post' && !change.byBot)) return true;
    const ofMessage = ({ id, kind }: VisibleChange) => id === change.id && kind !== 'delete';
    if (since.findLast(ofMessage) !== change) return false;
    const stood = before.findLast(ofMessage);
    return stood === undefined || !isSame(read(stood), read(change));
  };
  /** What grew before anybody looked away is no edit to a reader. */
  const isEdit = ({ kind, id, byBot }: VisibleChange): boolean =>
    kind === 'edit' && !(byBot && since.some((each) => each.kind === 'post' && each.id === id));
  return since.filter(isNews).map((change) => {
    const message = read(change);
    return isEdit(change) ? { ...message, notes: [...message.notes, 'edited'] } : message;
  });
};

const deleted = { notes: ['deleted'], text: '', buttons: [] };

const shown = (change: VisibleChange, state: WorldState) => {
  const { channel, onlyFor, replyTo, command, buttons } = change;
  return {
    notes: [
      ...(onlyFor === undefined ? [] : [`only to ${nameOf(onlyFor, state)}`]),
      ...(command === undefined ? [] : [`${nameOf(command.user, state)} used ${command.name}`]),
      ...(replyTo === undefined ? [] : [`reply to ${authorOf(replyTo, channel, state)}`]),
    ],
    text: textOf(change, state),
    buttons: buttons.filter(({ isDisabled }) => !isDisabled).map(({ label }) => label),
  };
};

const isSame = (left: ReadMessage, right: ReadMessage): boolean =>
  left.text === right.text && left.buttons.join('\n') === right.buttons.join('\n');

const textOf = (change: VisibleChange, state: WorldState): string => {
  const { type, text, files, embeds, isLoading } = change;
  if (type === MessageType.ThreadCreated) return `(opens the thread “${text}”)`;
  const shown = isLoading ? '(thinking)' : readable(text, state);
  return [shown, ...embeds.map(embedText), ...files.map((name) => `(file ${name})`)]
    .filter((each) => each !== '')
    .join('\n');
};

/** A backslash before a mark shows that mark. */
const embedText = ({ title, url, description, footer }: Json): string =>
  [
    url === undefined ? title : `[${title}](${url})`,
    description,
    (footer as Json | undefined)?.['text'],
  ]
    .filter((each) => each !== undefined)
    .join('\n')
    .replace(/\\([^\p{L}\p{N}\s])/gu, '$1');

const placeName = (id: string, state: WorldState): string => {
  const channel = state.channels.get(id);
  if (channel?.recipientId !== undefined)
    return `a direct message with ${nameOf(channel.recipientId, state)}`;
  const parent = channel?.thread && state.channels.get(channel.parentId ?? '');
  if (!parent) return `#${channel?.name ?? ''}`;
  const kind = forumTypes.includes(parent.type) ? 'post' : 'thread';
  return `#${parent.name}, ${kind} “${channel.name}”`;
};

const authorOf = (message: string, channel: string, state: WorldState): string => {
  const replied = state.channels.get(channel)?.messages.get(message);
  return nameOf(replied?.authorId ?? '', state);
};
