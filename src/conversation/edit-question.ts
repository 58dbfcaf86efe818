/** A person edited a question: it is answered as it stands now. */
import type { TurnId } from '../domain/ids.ts';

/**
 * Resolves with whether there is such a turn, once the edit is stored; a text that is refused at the door (empty, too long) leaves the turn as it is.
 * Throws `store_unavailable`.
 */
export type EditQuestion = (id: TurnId, text: string) => Promise<boolean>;
