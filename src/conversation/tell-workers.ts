/** Tells whoever works on a turn, or will, that a person changed it. */
import { toBotError } from '../domain/errors.ts';
import type { Turn } from '../domain/turn.ts';
import type { Log } from '../ports/log.ts';
import type { StopSignal } from '../ports/stop-signal.ts';
import type { WakeQueue } from '../ports/wake-queue.ts';

export interface TellWorkersDeps {
  readonly queue: Pick<WakeQueue, 'wake'>;
  readonly stopSignal: Pick<StopSignal, 'publish'>;
  readonly log: Log;
}

/** Waits for nothing: the change is stored, and what is not told now is seen at the lease's next renewal or by the sweep. A turn that is not open concerns nobody. */
export const tellWorkers = ({ queue, stopSignal, log }: TellWorkersDeps, turn: Turn): void => {
  if (!turn.open) return;
  const warn = (error: unknown) =>
    log.warn('change not told, it is seen at the next renewal', {
      turnId: turn.id,
      code: toBotError(error).code,
    });
  stopSignal.publish(turn.id).catch(warn);
  queue.wake(turn.conversationId).catch(warn);
};
