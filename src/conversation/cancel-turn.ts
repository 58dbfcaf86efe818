/** Stops a turn: stored first, then told to whoever works on it. */
import type { TurnId } from '../domain/ids.ts';
import { repeatTurnId } from '../domain/turn-id.ts';
import type { TurnChanges } from '../ports/turn-changes.ts';
import { type TellWorkersDeps, tellWorkers } from './tell-workers.ts';

export type CancelTurn = (
  id: TurnId,
  options: {
    /** True when the question was deleted: the reply disappears. False keeps the partial answer, marked. */
    readonly removeReply: boolean;
  },
) => Promise<boolean>;

/**
 * Resolves with whether there is such a turn, once the request is stored. A deleted question takes the answers of its repeats ("ask again") along, one write each.
 * Throws `store_unavailable`; cancelling once more is free.
 */
export const createCancelTurn = (
  deps: TellWorkersDeps & { readonly changes: Pick<TurnChanges, 'requestCancel'> },
): CancelTurn => {
  const cancel: CancelTurn = async (id, options) => {
    const turn = await deps.changes.requestCancel(id, options);
    if (turn === undefined) return false;
    tellWorkers(deps, turn);
    return true;
  };
  return async (id, options) => {
    const isFound = await cancel(id, options);
    let n = 1;
    while (isFound && options.removeReply && (await cancel(repeatTurnId(id, n), options))) n += 1;
    return isFound;
  };
};
