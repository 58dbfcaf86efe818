/** Delivers an answer that was stored before: its worker died, or stopped, on the way. */
import { toBotError } from '../domain/errors.ts';
import type { Turn } from '../domain/turn.ts';
import type { Delivery } from '../reply/deliver-answer.ts';
import { deliverTurn, finalAnswerOf } from './deliver-turn.ts';
import type { Settle, TurnJob, WorkTurnDeps } from './turn-job.ts';

/** At most `maxAttempts` times, then the turn is `failed` and an operator sees it. */
export const redeliverTurn = async (
  deps: WorkTurnDeps,
  claimed: Turn,
  job: TurnJob,
): Promise<Settle | undefined> => {
  if (claimed.deliveries >= deps.maxAttempts) {
    await job.save({ state: 'failed', error: { code: 'attempts_exhausted' } });
    deps.log.error('answer given up while delivering', { turnId: claimed.id });
    return undefined;
  }
  const turn = await job.save({ deliveries: claimed.deliveries + 1 });
  const { delivery } = job.openReply(turn);
  const writer = job.openWriter(turn);
  if (turn.answer !== undefined) writer.write({ type: 'delta', text: turn.answer.text });
  const end = await deliverTurn(deps, { turn, writer, delivery, ...job });
  await job.save(end ?? { deliveries: claimed.deliveries });
  return end?.state === 'done' ? settling(deps, { turn, job, delivery }) : undefined;
};

/** The owner before may have a call in flight that lands after ours: once it must have ended, strays are removed and the final is put again. */
export const settling =
  (
    deps: WorkTurnDeps,
    options: { readonly turn: Turn; readonly job: TurnJob; readonly delivery: Delivery },
  ): Settle =>
  async () => {
    const { turn, job, delivery } = options;
    try {
      await delivery.removeStrays();
      await delivery.finish(finalAnswerOf(turn));
    } catch (error) {
      job.lease.signal.throwIfAborted();
      deps.log.warn('final text not put again', { turnId: turn.id, code: toBotError(error).code });
    }
  };
