/** What happened in a channel, as lines to compare. */
import { MessageType } from 'discord-api-types/v10';
import type { VisibleChange } from './timeline.ts';
import type { WorldState } from './world-state.ts';

export const transcriptLines = (
  changes: readonly VisibleChange[],
  state: WorldState,
): readonly string[] => {
  const editsOf = ({ id }: VisibleChange) =>
    changes.filter((each) => each.kind === 'edit' && each.id === id);
  return changes
    .filter((each) => each.kind !== 'edit' || editsOf(each).at(-1) === each)
    .map((change) => {
      const { kind, text, onlyFor, files, type } = change;
      const who = nameOf(change.user, state);
      if (kind === 'delete') return `${who} (deleted)`;
      if (type === MessageType.ThreadCreated) return `${who} opened the thread "${text}"`;
      if (type === MessageType.ThreadStarterMessage) return `${who} began the thread`;
      const edits = editsOf(change).length;
      const notes = [
        ...(onlyFor === undefined ? [] : [`only to ${nameOf(onlyFor, state)}`]),
        ...(kind === 'post' ? [] : [edits === 1 ? '1 edit' : `${edits} edits`]),
      ];
      const note = notes.length > 0 ? ` (${notes.join(', ')})` : '';
      const attached = files.map((name) => ` [${name}]`).join('');
      const shown = change.isLoading ? '(thinking)' : readable(text, state);
      return `${who}${note}: ${shown.replaceAll('\n', '\n  ')}${attached}`;
    });
};

export const nameOf = (id: string, state: WorldState): string =>
  state.users.get(id)?.username ?? 'somebody';

/** With names for the people and roles that it mentions. */
export const readable = (text: string, state: WorldState): string =>
  text
    .replace(/<@!?(\d{17,20})>/g, (_all, id: string) => `@${nameOf(id, state)}`)
    .replace(/<@&(\d{17,20})>/g, (_all, id: string) => `@${roleName(id, state)}`);

const roleName = (id: string, state: WorldState): string =>
  [...state.guilds.values()].flatMap(({ roles }) => roles.get(id)?.name ?? [])[0] ?? 'role';
