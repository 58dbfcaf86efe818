/** Ends a turn that a person took back: stopped before there was an answer, or its question deleted. */
import { toBotError } from '../domain/errors.ts';
import type { Turn } from '../domain/turn.ts';
import type { TurnJob, WorkTurnDeps } from './turn-job.ts';

/** Takes every message of the reply away; what the platform refuses for good is left, what may pass is thrown and tried by the next owner. */
export const removeReply = async (
  deps: WorkTurnDeps,
  turn: Turn,
  job: TurnJob,
): Promise<undefined> => {
  try {
    await job.openReply(turn).delivery.remove();
  } catch (error) {
    job.lease.signal.throwIfAborted();
    const { code, retryable } = toBotError(error);
    if (retryable) throw error;
    deps.log.warn('reply not removed', { turnId: turn.id, code });
  }
  const writer = job.openWriter(turn);
  writer.write({ type: 'error', code: 'answer_cancelled' });
  await job.save({ state: 'cancelled', removeReply: false, refreshReply: false });
  await writer.settled();
  deps.log.info('turn cancelled and its reply removed', { turnId: turn.id });
  return undefined;
};

/** A message that stands already (its place in the queue, an earlier attempt) says that there will be no answer. */
export const cancelTurn = async (
  deps: WorkTurnDeps,
  turn: Turn,
  job: TurnJob,
): Promise<undefined> => {
  if (turn.parts.length > 0) {
    await job.openReply(turn).delivery.notice('_Stopped before there was an answer._');
  }
  const writer = job.openWriter(turn);
  writer.write({ type: 'error', code: 'answer_cancelled' });
  await job.save({ state: 'cancelled' });
  await writer.settled();
  deps.log.info('turn cancelled', { turnId: turn.id });
  return undefined;
};
