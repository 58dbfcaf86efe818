/** Brings one claimed turn to its end: answers, delivers, refuses, removes, puts once more, or hands over. */
import type { Turn } from '../domain/turn.ts';
import { answerTurn } from './answer-turn.ts';
import { createOpenAnswerWriter } from './answer-writer.ts';
import type { HeldLease } from './hold-lease.ts';
import { redeliverTurn } from './redeliver-turn.ts';
import { refreshReply } from './refresh-reply.ts';
import { cancelTurn, removeReply } from './take-back-turn.ts';
import { openTurnJob, type Settle, type WorkTurnDeps } from './turn-job.ts';

export type WorkTurn = (
  turn: Turn,
  options: { readonly lease: HeldLease; readonly shutdown: AbortSignal },
) => Promise<Settle | undefined>;

/**
 * What was taken back comes first: a reply that is to disappear is neither finished nor put once more.
 * Throws `lease_lost`, and `store_unavailable` when the store stays away: the turn stays open and the next owner goes on.
 */
export const createWorkTurn = (deps: WorkTurnDeps): WorkTurn => {
  const openWriter = createOpenAnswerWriter(deps);
  return async (claimed, { lease, shutdown }) => {
    const job = openTurnJob(deps, { claimed, lease, shutdown, openWriter });
    if (claimed.removeReply === true) return removeReply(deps, claimed, job);
    if (claimed.state === 'answered') return redeliverTurn(deps, claimed, job);
    if (claimed.refreshReply === true) return refreshReply(deps, claimed, job);
    if (claimed.cancelRequestedAt !== undefined) return cancelTurn(deps, claimed, job);
    return answerTurn(deps, claimed, job);
  };
};
