/** Looks, while an answer is written, at what people do to its turn. */
import { BotError, toBotError } from '../domain/errors.ts';
import type { Turn } from '../domain/turn.ts';
import type { Log } from '../ports/log.ts';
import type { StopSignal } from '../ports/stop-signal.ts';
import type { TurnStore } from '../ports/turn-store.ts';
import type { HeldLease } from './hold-lease.ts';

/**
 * Aborts with `answer_cancelled` when the turn was stopped and with `question_edited` when its question is not the one of `turn` any more: at once when told so,
 * else at the lease's next renewal. It looks once at the beginning, for what came between reading the turn and now. Until the returned function is called.
 */
export const watchTurn = (
  deps: {
    readonly turns: Pick<TurnStore, 'getTurn'>;
    readonly stopSignal: StopSignal;
    readonly log: Log;
  },
  options: { readonly turn: Turn; readonly lease: HeldLease; readonly stop: AbortController },
): (() => void) => {
  const { turn, lease, stop } = options;
  const look = async (): Promise<void> => {
    try {
      const now = await deps.turns.getTurn(turn.id);
      if (now === undefined) return;
      if (now.cancelRequestedAt !== undefined) stop.abort(new BotError('answer_cancelled'));
      else if (now.revision !== turn.revision) stop.abort(new BotError('question_edited'));
    } catch (error) {
      const { code } = toBotError(error);
      deps.log.warn('changes not looked up', { turnId: turn.id, code });
    }
  };
  const unsubscribe = deps.stopSignal.subscribe((id) => {
    if (id === turn.id) void look();
  });
  const off = lease.onRenewed(() => void look());
  void look();
  return () => {
    unsubscribe();
    off();
  };
};
