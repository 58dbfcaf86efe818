/** Answers a claimed turn: attempt by attempt while its question is edited, then stores the outcome and delivers it. */
import type { FinalEvent } from '../domain/chat-event.ts';
import { toBotError } from '../domain/errors.ts';
import type { Turn } from '../domain/turn.ts';
import type { TurnPatch } from '../ports/turn-work.ts';
import { answerQuestion, type Outcome } from './answer-question.ts';
import { deliverTurn } from './deliver-turn.ts';
import { openReplyThread } from './open-reply-thread.ts';
import { settling } from './redeliver-turn.ts';
import { silentDelivery } from './silent-delivery.ts';
import { cancelTurn, removeReply } from './take-back-turn.ts';
import type { Settle, TurnJob, WorkTurnDeps } from './turn-job.ts';

/** So many edits of a question begin its answer anew for nothing; each further one counts as an attempt, so that no thread waits for somebody who never stops editing. */
export const maxFreeEdits = 10;

export const answerTurn = async (
  deps: WorkTurnDeps,
  claimed: Turn,
  job: TurnJob,
): Promise<Settle | undefined> => {
  let attempt = claimed.attempt + 1;
  let firstAttempt =
    claimed.state === 'queued' && claimed.attempt === 0 && claimed.announced !== true;
  for (;;) {
    const turn = await job.save({ state: 'running', attempt });
    if (turn.removeReply === true) return removeReply(deps, turn, job);
    if (turn.cancelRequestedAt !== undefined) return cancelTurn(deps, turn, job);
    const tookOver = claimed.state === 'running';
    const end = await attemptOnce(deps, { turn, job, firstAttempt, tookOver });
    if (end !== 'edited') return end.settle;
    deps.log.info('question edited, its answer begins anew', { turnId: turn.id });
    firstAttempt = false;
    if ((turn.revision ?? 0) >= maxFreeEdits) attempt += 1;
  }
};

const attemptOnce = async (
  deps: WorkTurnDeps,
  options: {
    readonly turn: Turn;
    readonly job: TurnJob;
    readonly firstAttempt: boolean;
    readonly tookOver: boolean;
  },
): Promise<'edited' | { readonly settle: Settle | undefined }> => {
  const { job, firstAttempt, tookOver } = options;
  const place = await placeOf(deps, options);
  const { turn } = place;
  const { delivery, stop } = job.openReply(turn, { firstAttempt });
  const writer = job.openWriter(turn);
  // Nobody asked: nothing is shown before it is known that there is an answer.
  const shown = turn.unprompted === true ? silentDelivery : delivery;
  const outcome =
    place.outcome ?? (await answerQuestion(deps, { turn, writer, stop, ...job, delivery: shown }));
  if (outcome.kind === 'handed-over') {
    // A post that was under way may have landed without our knowing.
    await job.save({ state: 'queued', attempt: turn.attempt - 1, announced: true });
    deps.log.info('turn handed over', { turnId: turn.id });
    return { settle: undefined };
  }
  const answered =
    outcome.kind === 'edited' ? undefined : await store(deps, { turn, job, outcome });
  if (answered === undefined) {
    await writer.settled();
    return 'edited';
  }
  // The question may have been deleted while it was answered.
  if (answered.removeReply === true) return { settle: await removeReply(deps, answered, job) };
  const end = await deliverTurn(deps, { turn: answered, writer, delivery, ...job });
  await job.save(end ?? { deliveries: 0 });
  const settles = tookOver && end?.state === 'done';
  return { settle: settles ? settling(deps, { turn: answered, job, delivery }) : undefined };
};

/** The turn with its thread, and why it is not to be answered when it is not. After the last attempt nothing is tried but the sentence. */
const placeOf = async (
  deps: WorkTurnDeps,
  options: { readonly turn: Turn; readonly job: TurnJob; readonly firstAttempt: boolean },
): Promise<{ readonly turn: Turn; readonly outcome?: Outcome }> => {
  const { turn, job } = options;
  if (turn.attempt > deps.maxAttempts) {
    return { turn, outcome: { kind: 'failed', code: 'attempts_exhausted' } };
  }
  try {
    const placed = await openReplyThread(deps, options);
    const refused = placed.error?.code;
    return refused === undefined
      ? { turn: placed }
      : { turn: placed, outcome: { kind: 'failed', code: refused } };
  } catch (error) {
    job.lease.signal.throwIfAborted();
    if (job.shutdown.aborted) return { turn, outcome: { kind: 'handed-over' } };
    const { code } = toBotError(error);
    if (code === 'lease_lost' || code === 'store_unavailable') throw error;
    deps.log.warn('answer failed', { turnId: turn.id, code });
    return { turn, outcome: { kind: 'failed', code } };
  }
};

/** Undefined when the question was edited since: what came answers a question that nobody asks any more. */
const store = async (
  deps: WorkTurnDeps,
  options: {
    readonly turn: Turn;
    readonly job: TurnJob;
    readonly outcome: Extract<Outcome, { kind: 'answered' | 'failed' }>;
  },
): Promise<Turn | undefined> => {
  const { turn, job, outcome } = options;
  const stored = await job.lease.write(() =>
    deps.work.updateAtRevision(turn.id, job.lease.fence, {
      revision: turn.revision ?? 0,
      patch: {
        state: 'answered',
        deliveries: 1,
        ...(outcome.kind === 'failed'
          ? { error: turn.error?.code === outcome.code ? turn.error : { code: outcome.code } }
          : recordOf(outcome.final)),
      },
    }),
  );
  return stored.state === 'answered' ? stored : undefined;
};

const recordOf = (final: FinalEvent): TurnPatch => ({
  answer: {
    text: final.answer,
    ...(final.unfinished !== undefined && { unfinished: final.unfinished }),
  },
  reference: final.reference,
  timings: final.timings,
  usage: final.usage,
});
