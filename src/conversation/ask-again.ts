/** A person wants a question answered again: as it was, or as it was edited. */
import type { Audience } from '../domain/audience.ts';
import type { TurnId } from '../domain/ids.ts';
import type { Turn } from '../domain/turn.ts';

/**
 * Stores a new turn (`<turn>-r<n>`) in the same conversation and wakes a worker; while such a turn is open, that one is found. Undefined when there is no such
 * turn. Throws `store_unavailable`.
 */
export type AskAgain = (
  id: TurnId,
  by: { readonly asker: string; readonly audience: Audience },
) => Promise<Turn | undefined>;
