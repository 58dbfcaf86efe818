/** A person edited a question: it is answered as it stands now. */
import type { TurnId } from '../domain/ids.ts';
import type { TurnChanges } from '../ports/turn-changes.ts';
import type { TurnStore } from '../ports/turn-store.ts';
import { refusalFor } from './receive-question.ts';
import { type TellWorkersDeps, tellWorkers } from './tell-workers.ts';

/**
 * Resolves with whether there is such a turn, once the edit is stored; a text that is refused at the door (empty, too long) leaves the turn as it is.
 * Throws `store_unavailable`.
 */
export type EditQuestion = (id: TurnId, text: string) => Promise<boolean>;

/** Not answered yet: the answer begins with the new text. Answered: the reply offers to answer that. Cancelled: nothing. */
export const createEditQuestion =
  (
    deps: TellWorkersDeps & {
      readonly turns: Pick<TurnStore, 'getTurn'>;
      readonly changes: Pick<TurnChanges, 'editQuestion'>;
    },
  ): EditQuestion =>
  async (id, text) => {
    const edited =
      refusalFor(text) === undefined ? await deps.changes.editQuestion(id, text) : undefined;
    if (edited === undefined) return (await deps.turns.getTurn(id)) !== undefined;
    tellWorkers(deps, edited);
    return true;
  };
