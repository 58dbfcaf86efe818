/** Stops a turn: stored first, then told to whoever works on it. */
import type { TurnId } from '../domain/ids.ts';
import type { TurnChanges } from '../ports/turn-changes.ts';
import { type TellWorkersDeps, tellWorkers } from './tell-workers.ts';

export type CancelTurn = (
  id: TurnId,
  options: {
    /** True when the question was deleted: the reply disappears. False keeps the partial answer, marked. */
    readonly removeReply: boolean;
  },
) => Promise<boolean>;

/** Resolves with whether there is such a turn, once the request is stored. Throws `store_unavailable`. */
export const createCancelTurn =
  (deps: TellWorkersDeps & { readonly changes: Pick<TurnChanges, 'requestCancel'> }): CancelTurn =>
  async (id, options) => {
    const turn = await deps.changes.requestCancel(id, options);
    if (turn === undefined) return false;
    tellWorkers(deps, turn);
    return true;
  };
