/** Wakes a worker without holding anybody up: what is missed is found by the sweep. */
import { toBotError } from '../domain/errors.ts';
import type { ConversationId } from '../domain/ids.ts';
import type { Log } from '../ports/log.ts';
import type { WakeQueue } from '../ports/wake-queue.ts';

export interface QuietWakeDeps {
  readonly queue: Pick<WakeQueue, 'wake'>;
  readonly log: Log;
}

/** Never rejects. A row of wake-ups that can't be sent makes one line: the first. */
export const createQuietWake = (deps: QuietWakeDeps): ((id: ConversationId) => Promise<void>) => {
  let failing = false;
  return async (id) => {
    try {
      await deps.queue.wake(id);
      failing = false;
    } catch (error) {
      if (!failing) {
        const { code } = toBotError(error);
        deps.log.warn('wake-ups not sent, the sweep finds the turns', { code });
      }
      failing = true;
    }
  };
};
