/** Puts an ended turn's reply once more, because it has something new to offer: its question was edited after the answer. */
import { toBotError } from '../domain/errors.ts';
import type { Turn } from '../domain/turn.ts';
import { putStored } from './deliver-turn.ts';
import type { TurnJob, WorkTurnDeps } from './turn-job.ts';

/**
 * The flag goes when the reply was put, or can't be: a message that a person deleted is not made again, and what is still refused after five minutes of trying is
 * left as it stands. Puts that nobody survives count as deliveries, so that none is begun for ever. On shutdown the flag stays, and the next owner goes on.
 */
export const refreshReply = async (
  deps: WorkTurnDeps,
  turn: Turn,
  job: TurnJob,
): Promise<undefined> => {
  if (!offersSomething(turn) || turn.deliveries >= deps.maxAttempts) {
    await job.save({ refreshReply: false });
    return undefined;
  }
  await job.save({ deliveries: turn.deliveries + 1 });
  const { delivery } = job.openReply(turn);
  try {
    await putStored(turn, delivery);
  } catch (error) {
    job.lease.signal.throwIfAborted();
    const { code } = toBotError(error);
    if (code === 'lease_lost' || code === 'store_unavailable') throw error;
    if (job.shutdown.aborted) {
      await job.save({ deliveries: turn.deliveries });
      return undefined;
    }
    deps.log.warn('reply not put once more', { turnId: turn.id, code });
  }
  const now = await job.save({ refreshReply: false, deliveries: turn.deliveries });
  // Edited once more while it was put: what stands offers the wrong thing.
  return now.editedText === turn.editedText ? undefined : refreshReply(deps, now, job);
};

/** Where nothing stands, or a person took it away, or the place refuses us, there is nothing to put. */
const offersSomething = ({ parts, state, error }: Turn): boolean =>
  parts.length > 0 && state !== 'cancelled' && error?.code !== 'platform_forbidden';
