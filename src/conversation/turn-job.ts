/** What the steps of a turn's work share: its lease, its writes and its reply. */
import type { Platform } from '../domain/platform.ts';
import type { Turn } from '../domain/turn.ts';
import type { AnswerLog } from '../ports/answer-log.ts';
import type { Speaker } from '../ports/speaker.ts';
import type { TurnPatch, TurnWork } from '../ports/turn-work.ts';
import type { Delivery, OpenDelivery } from '../reply/deliver-answer.ts';
import type { AnswerQuestionDeps } from './answer-question.ts';
import type { OpenAnswerWriter } from './answer-writer.ts';
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

export interface TurnJob {
  readonly lease: HeldLease;
  readonly shutdown: AbortSignal;
  /** Throws `lease_lost`, and `store_unavailable` when the store stays away as long as the lease. */
  readonly save: (patch: TurnPatch) => Promise<Turn>;
  /**
   * The reply with the parts that the turn has; `stop` aborts when it can't go on. Costs nothing.
   *
   * @param options.firstAttempt False when somebody may have posted before; absent: so it is.
   */
  readonly openReply: (
    turn: Turn,
    options?: { readonly firstAttempt: boolean },
  ) => { readonly delivery: Delivery; readonly stop: AbortController };
  readonly openWriter: OpenAnswerWriter;
}

export const openTurnJob = (
  deps: WorkTurnDeps,
  options: {
    readonly claimed: Turn;
    readonly lease: HeldLease;
    readonly shutdown: AbortSignal;
    readonly openWriter: OpenAnswerWriter;
  },
): TurnJob => {
  const { claimed, lease, shutdown, openWriter } = options;
  const save = (patch: TurnPatch) =>
    lease.write(() => deps.work.updateTurn(claimed.id, lease.fence, patch));
  const speaker = deps.speakers.get(claimed.platform);
  return {
    lease,
    shutdown,
    save,
    openReply(turn, { firstAttempt } = { firstAttempt: false }) {
      const stop = new AbortController();
      if (speaker === undefined) return { delivery: silentDelivery, stop };
      const delivery = deps.openDelivery({
        turn,
        speaker,
        firstAttempt,
        ensure: lease.ensure,
        saveParts: async (parts) => {
          await save({ parts });
        },
        onFatal: (error) => stop.abort(error),
        signal: lease.signal,
        shutdown,
      });
      return { delivery, stop };
    },
    openWriter,
  };
};
