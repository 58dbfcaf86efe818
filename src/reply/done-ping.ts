/** Tells the asker of a long answer that it is done, by a message that rings: edits ring nobody. */
import { toBotError } from '../domain/errors.ts';
import { isEnded, type Turn } from '../domain/turn.ts';
import type { Log } from '../ports/log.ts';
import type { PutAnswerDeps } from './put-answer.ts';
import { putFinal } from './put-final.ts';

export interface DonePing {
  /** Asked before the final is put: whether the first message is old by then. Never for a reply that is put once more after its end. */
  isDue(): boolean;
  /** Posts it behind all other parts, once. The answer stands: a ping that does not get through changes nothing about that, and is told of. */
  put(): Promise<void>;
}

const sentence = 'Your answer is ready.';

/**
 * @param deps.afterMs Undefined: it is never due.
 * @param deps.firstPostedAtMs When this delivery posted its first message, monotonic; what stood before is as old as the question.
 */
export const createDonePing = (
  deps: PutAnswerDeps & {
    readonly turn: Turn;
    readonly afterMs: number | undefined;
    readonly firstPostedAtMs: () => number | undefined;
    readonly log: Log;
  },
): DonePing => {
  const { turn, record, insisting, edits } = deps;
  const { clock, signal, shutdown } = insisting;

  const shownForMs = (): number => {
    if (turn.parts.length > 0) return clock.now() - turn.askedAt.getTime();
    const postedAtMs = deps.firstPostedAtMs();
    return postedAtMs === undefined ? 0 : clock.monotonic() - postedAtMs;
  };
  return {
    isDue: () => deps.afterMs !== undefined && !isEnded(turn.state) && shownForMs() > deps.afterMs,
    async put() {
      if (record.all().some(({ kind }) => kind === 'ping')) return;
      const index = (record.all().at(-1)?.index ?? -1) + 1;
      const part = { index, markdown: sentence, actions: [], ping: true };
      try {
        const options = { ...insisting, edits, stands: false };
        const platformId = await putFinal(deps.reply, part, options);
        await record.save({ index, platformId, kind: 'ping' });
      } catch (error) {
        signal.throwIfAborted();
        shutdown.throwIfAborted();
        const { code } = toBotError(error);
        if (code === 'store_unavailable' || code === 'lease_lost') throw error;
        deps.log.warn('done ping not sent', { turnId: turn.id, code });
      }
    },
  };
};
