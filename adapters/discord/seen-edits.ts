/** Tells an edit from a message that Discord tells of again: when it shows a link, gets a thread, or its post is renamed. */
import type { Clock } from '../../src/ports/clock.ts';
import type { DiscordMessage } from './parse-message.ts';

/** A message keeps the time of its last edit for ever. */
const freshMs = 10 * 60_000;
const maxKept = 1_000;

type Edited = Pick<DiscordMessage, 'id' | 'editedAtMs'>;

export interface SeenEdits {
  /** Whether somebody edited it within the last ten minutes, and nobody has dealt with that yet. */
  isNew(message: Edited): boolean;
  /** The edit is dealt with, and so are those before it. */
  note(message: Edited): void;
}

/** Of one process, for the last 1,000 messages that were edited. */
export const createSeenEdits = ({ now }: Pick<Clock, 'now'>): SeenEdits => {
  const lastOf = new Map<string, number>();
  return {
    isNew: ({ id, editedAtMs }) =>
      editedAtMs !== undefined &&
      now() - editedAtMs < freshMs &&
      editedAtMs > (lastOf.get(id) ?? Number.NEGATIVE_INFINITY),
    note({ id, editedAtMs }) {
      if (editedAtMs === undefined) return;
      lastOf.delete(id);
      lastOf.set(id, editedAtMs);
      const oldest = lastOf.keys().next();
      if (lastOf.size > maxKept && !oldest.done) lastOf.delete(oldest.value);
    },
  };
};
