/** Stops a turn: stored first, then told to whoever works on it. */
import { toBotError } from '../domain/errors.ts';
import type { TurnId } from '../domain/ids.ts';
import type { Log } from '../ports/log.ts';
import type { StopSignal } from '../ports/stop-signal.ts';
import type { TurnStore } from '../ports/turn-store.ts';
import type { WakeQueue } from '../ports/wake-queue.ts';

export type CancelTurn = (
  id: TurnId,
  options: {
    /** True when the question was deleted: the reply disappears. False keeps the partial answer, marked. */
    readonly removeReply: boolean;
  },
) => Promise<boolean>;

/** Resolves with whether there is such a turn, once the request is stored. Throws `store_unavailable`. */
export const createCancelTurn =
  (deps: {
    readonly turns: TurnStore;
    readonly queue: Pick<WakeQueue, 'wake'>;
    readonly stopSignal: Pick<StopSignal, 'publish'>;
    readonly log: Log;
  }): CancelTurn =>
  async (id, options) => {
    const turn = await deps.turns.requestCancel(id, options);
    if (turn === undefined) return false;
    if (!turn.open) return true;
    const warn = (error: unknown) =>
      deps.log.warn('stop not sent, it is seen at the next renewal', {
        turnId: id,
        code: toBotError(error).code,
      });
    deps.stopSignal.publish(id).catch(warn);
    deps.queue.wake(turn.conversationId).catch(warn);
    return true;
  };
