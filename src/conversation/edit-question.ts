/** A person edited a question: it is answered as it stands now. */
import type { TurnId } from '../domain/ids.ts';
import { repeatTurnId } from '../domain/turn-id.ts';
import type { TurnChanges } from '../ports/turn-changes.ts';
import type { TurnStore } from '../ports/turn-store.ts';
import { refusalFor } from './receive-question.ts';
import { type TellWorkersDeps, tellWorkers } from './tell-workers.ts';

/**
 * Resolves with whether there is such a turn, once the edit is stored; a text that is refused at the door (empty, too long) leaves the turn as it is.
 * Throws `store_unavailable`.
 */
export type EditQuestion = (id: TurnId, text: string) => Promise<boolean>;

/**
 * Not answered yet: the answer begins with the new text. Answered: the reply offers to answer that. Cancelled: nothing. The same for each of its repeats ("ask
 * again"), one write each.
 */
export const createEditQuestion = (
  deps: TellWorkersDeps & {
    readonly turns: Pick<TurnStore, 'getTurn'>;
    readonly changes: Pick<TurnChanges, 'editQuestion'>;
  },
): EditQuestion => {
  const isThere = async (id: TurnId): Promise<boolean> =>
    (await deps.turns.getTurn(id)) !== undefined;
  const edit: EditQuestion = async (id, text) => {
    const edited = await deps.changes.editQuestion(id, text);
    if (edited === undefined) return isThere(id);
    tellWorkers(deps, edited);
    return true;
  };
  return async (id, text) => {
    if (refusalFor(text) !== undefined) return isThere(id);
    const isFound = await edit(id, text);
    let n = 1;
    while (isFound && (await edit(repeatTurnId(id, n), text))) n += 1;
    return isFound;
  };
};
