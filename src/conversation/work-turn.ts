/** Brings one claimed turn to its end: answers, delivers, refuses, removes, or hands over. */
import type { FinalEvent } from '../domain/chat-event.ts';
import { toBotError } from '../domain/errors.ts';
import type { Platform } from '../domain/platform.ts';
import type { Turn } from '../domain/turn.ts';
import type { AnswerLog } from '../ports/answer-log.ts';
import type { Speaker } from '../ports/speaker.ts';
import type { TurnPatch, TurnWork } from '../ports/turn-work.ts';
import type { Delivery, OpenDelivery } from '../reply/deliver-answer.ts';
import { type AnswerQuestionDeps, answerQuestion, type Outcome } from './answer-question.ts';
import { createOpenAnswerWriter, type OpenAnswerWriter } from './answer-writer.ts';
import { deliverTurn, finalAnswerOf } from './deliver-turn.ts';
import type { HeldLease } from './hold-lease.ts';
import { silentDelivery } from './silent-delivery.ts';

export interface WorkTurnDeps extends AnswerQuestionDeps {
  readonly work: TurnWork;
  readonly answerLog: AnswerLog;
  /** Platforms whose readers follow the AnswerLog have none. */
  readonly speakers: ReadonlyMap<Platform, Speaker>;
  readonly openDelivery: OpenDelivery;
  /** An answer is begun, and a stored one delivered, at most this often; 3. */
  readonly maxAttempts: number;
}

/** Puts the final text once more, for a turn that was taken over from somebody who may still have a call in flight. */
export type Settle = () => Promise<void>;

export type WorkTurn = (
  turn: Turn,
  options: { readonly lease: HeldLease; readonly shutdown: AbortSignal },
) => Promise<Settle | undefined>;

interface Job {
  readonly lease: HeldLease;
  readonly shutdown: AbortSignal;
  readonly stop: AbortController;
  readonly delivery: Delivery;
  readonly save: (patch: TurnPatch) => Promise<Turn>;
  readonly openWriter: OpenAnswerWriter;
}

/** Throws `lease_lost`, and `store_unavailable` when the store stays away: the turn stays open and the next owner goes on. */
export const createWorkTurn = (deps: WorkTurnDeps): WorkTurn => {
  const openWriter = createOpenAnswerWriter(deps);
  return async (claimed, { lease, shutdown }) => {
    const job = { ...openJob(deps, { claimed, lease, shutdown }), openWriter };
    if (claimed.removeReply === true) return removeReply(deps, claimed, job);
    if (claimed.state === 'answered') return redeliver(deps, claimed, job);
    if (claimed.cancelRequestedAt !== undefined) return cancel(deps, claimed, job);
    return answer(deps, claimed, job);
  };
};

const openJob = (
  deps: WorkTurnDeps,
  options: { readonly claimed: Turn; readonly lease: HeldLease; readonly shutdown: AbortSignal },
): Omit<Job, 'openWriter'> => {
  const { claimed, lease, shutdown } = options;
  const stop = new AbortController();
  const save = (patch: TurnPatch) =>
    lease.write(() => deps.work.updateTurn(claimed.id, lease.fence, patch));
  const speaker = deps.speakers.get(claimed.platform);
  const delivery =
    speaker === undefined
      ? silentDelivery
      : deps.openDelivery({
          turn: claimed,
          speaker,
          firstAttempt:
            claimed.state === 'queued' && claimed.attempt === 0 && claimed.announced !== true,
          ensure: lease.ensure,
          saveParts: async (parts) => {
            await save({ parts });
          },
          onFatal: (error) => stop.abort(error),
          signal: lease.signal,
          shutdown,
        });
  return { lease, shutdown, stop, delivery, save };
};

const answer = async (deps: WorkTurnDeps, claimed: Turn, job: Job): Promise<Settle | undefined> => {
  const turn = await job.save({ state: 'running', attempt: claimed.attempt + 1 });
  const writer = job.openWriter(turn);
  const refused =
    claimed.error?.code ?? (turn.attempt > deps.maxAttempts ? 'attempts_exhausted' : undefined);
  const outcome: Outcome =
    refused === undefined
      ? await answerQuestion(deps, { turn, writer, ...job })
      : { kind: 'failed', code: refused };
  if (outcome.kind === 'handed-over') {
    // A post that was under way may have landed without our knowing.
    await job.save({ state: 'queued', attempt: claimed.attempt, announced: true });
    deps.log.info('turn handed over', { turnId: turn.id });
    return undefined;
  }
  const answered = await job.save({
    state: 'answered',
    deliveries: 1,
    ...(outcome.kind === 'failed' ? { error: { code: outcome.code } } : recordOf(outcome.final)),
  });
  // The question may have been deleted while it was answered.
  if (answered.removeReply === true) return removeReply(deps, answered, job);
  const end = await deliverTurn(deps, { turn: answered, writer, ...job });
  await job.save(end ?? { deliveries: 0 });
  return claimed.state === 'running' && end?.state === 'done'
    ? () => settle(deps, answered, job)
    : undefined;
};

const redeliver = async (
  deps: WorkTurnDeps,
  claimed: Turn,
  job: Job,
): Promise<Settle | undefined> => {
  if (claimed.deliveries >= deps.maxAttempts) {
    await job.save({ state: 'failed', error: { code: 'attempts_exhausted' } });
    deps.log.error('answer given up while delivering', { turnId: claimed.id });
    return undefined;
  }
  const turn = await job.save({ deliveries: claimed.deliveries + 1 });
  const writer = job.openWriter(turn);
  if (turn.answer !== undefined) writer.write({ type: 'delta', text: turn.answer.text });
  const end = await deliverTurn(deps, { turn, writer, ...job });
  await job.save(end ?? { deliveries: claimed.deliveries });
  return end?.state === 'done' ? () => settle(deps, turn, job) : undefined;
};

const removeReply = async (deps: WorkTurnDeps, turn: Turn, job: Job): Promise<undefined> => {
  try {
    await job.delivery.remove();
  } catch (error) {
    job.lease.signal.throwIfAborted();
    const { code, retryable } = toBotError(error);
    if (retryable) throw error;
    deps.log.warn('reply not removed', { turnId: turn.id, code });
  }
  const writer = job.openWriter(turn);
  writer.write({ type: 'error', code: 'answer_cancelled' });
  await job.save({ state: 'cancelled', removeReply: false });
  await writer.settled();
  deps.log.info('turn cancelled and its reply removed', { turnId: turn.id });
  return undefined;
};

const cancel = async (deps: WorkTurnDeps, turn: Turn, job: Job): Promise<undefined> => {
  if (turn.parts.length > 0) await job.delivery.notice('_Stopped before there was an answer._');
  const writer = job.openWriter(turn);
  writer.write({ type: 'error', code: 'answer_cancelled' });
  await job.save({ state: 'cancelled' });
  await writer.settled();
  deps.log.info('turn cancelled', { turnId: turn.id });
  return undefined;
};

const settle = async (deps: WorkTurnDeps, turn: Turn, job: Job): Promise<void> => {
  try {
    await job.delivery.removeStrays();
    await job.delivery.finish(finalAnswerOf(turn));
  } catch (error) {
    job.lease.signal.throwIfAborted();
    deps.log.warn('final text not put again', { turnId: turn.id, code: toBotError(error).code });
  }
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
