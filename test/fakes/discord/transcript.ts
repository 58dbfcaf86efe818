/** What happened in a channel, as lines to compare. */
import { MessageType } from 'discord-api-types/v10';
import type { VisibleChange } from './timeline.ts';
import type { WorldState } from './world-state.ts';

export const transcriptLines = (
  changes: readonly VisibleChange[],
  state: WorldState,
): readonly string[] => {
  const nameOf = (id: string) => state.users.get(id)?.username ?? 'somebody';
  const readable = (text: string) =>
    text
      .replace(/<@!?(\d{17,20})>/g, (_all, id: string) => `@${nameOf(id)}`)
      .replace(/<@&(\d{17,20})>/g, (_all, id: string) => `@${roleName(id, state)}`)
      .replaceAll('\n', '\n  ');
  const editsOf = ({ id }: VisibleChange) =>
    changes.filter((each) => each.kind === 'edit' && each.id === id);
  return changes
    .filter((each) => each.kind !== 'edit' || editsOf(each).at(-1) === each)
    .map((change) => {
      const { kind, text, onlyFor, files, type } = change;
      const who = nameOf(change.user);
      if (kind === 'delete') return `${who} (deleted)`;
      if (type === MessageType.ThreadCreated) return `${who} opened the thread "${text}"`;
      if (type === MessageType.ThreadStarterMessage) return `${who} began the thread`;
      const edits = editsOf(change).length;
      const notes = [
        ...(onlyFor === undefined ? [] : [`only to ${nameOf(onlyFor)}`]),
        ...(kind === 'post' ? [] : [edits === 1 ? '1 edit' : `${edits} edits`]),
      ];
      const note = notes.length > 0 ? ` (${notes.join(', ')})` : '';
      const attached = files.map((name) => ` [${name}]`).join('');
      return `${who}${note}: ${change.isLoading ? '(thinking)' : readable(text)}${attached}`;
    });
};

const roleName = (id: string, state: WorldState): string =>
  [...state.guilds.values()].flatMap(({ roles }) => roles.get(id)?.name ?? [])[0] ?? 'role';
