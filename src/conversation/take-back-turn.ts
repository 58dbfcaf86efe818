/** Ends a turn that a person took back: stopped before there was an answer, or its question deleted. */
import { toBotError } from '../domain/errors.ts';
import type { Turn } from '../domain/turn.ts';
import type { TurnPatch } from '../ports/turn-work.ts';
import { stoppedEarlyLine } from '../reply/render-final.ts';
import type { TurnJob, WorkTurnDeps } from './turn-job.ts';

/** Takes every message of the reply away; what the platform refuses for good is left, what may pass is thrown and tried by the next owner. */
export const removeReply = async (
  deps: WorkTurnDeps,
  turn: Turn,
  job: TurnJob,
): Promise<undefined> => {
  const { delivery } = job.openReply(turn);
  const isOver = await tryToShow(deps, {
    ...{ turn, job, event: 'reply not removed' },
    show: () => delivery.remove(),
  });
  if (!isOver) return;
  await end(turn, job, { state: 'cancelled', removeReply: false, refreshReply: false });
  deps.log.info('turn cancelled and its reply removed', { turnId: turn.id });
};

/** A message that stands already (its place in the queue, an earlier attempt) says that there will be no answer; refusals as in `removeReply`. */
export const cancelTurn = async (
  deps: WorkTurnDeps,
  turn: Turn,
  job: TurnJob,
): Promise<undefined> => {
  if (turn.parts.length > 0) {
    const { delivery } = job.openReply(turn);
    const isOver = await tryToShow(deps, {
      ...{ turn, job, event: 'stop not shown' },
      show: () => delivery.notice(stoppedEarlyLine),
    });
    if (!isOver) return;
  }
  await end(turn, job, { state: 'cancelled' });
  deps.log.info('turn cancelled', { turnId: turn.id });
};

/** Whether the turn can end: not when the worker shuts down on the way, for the next owner shows it. Throws what may pass. */
const tryToShow = async (
  deps: WorkTurnDeps,
  options: {
    readonly turn: Turn;
    readonly job: TurnJob;
    readonly show: () => Promise<void>;
    /** The log line of a refusal for good. */
    readonly event: string;
  },
): Promise<boolean> => {
  const { turn, job, show, event } = options;
  try {
    await show();
  } catch (error) {
    job.lease.signal.throwIfAborted();
    const { code, retryable } = toBotError(error);
    if (retryable) throw error;
    if (job.shutdown.aborted) return false;
    deps.log.warn(event, { turnId: turn.id, code });
  }
  return true;
};

const end = async (turn: Turn, job: TurnJob, patch: TurnPatch): Promise<void> => {
  const writer = job.openWriter(turn);
  writer.write({ type: 'error', code: 'answer_cancelled' });
  await job.save(patch);
  await writer.settled();
};
