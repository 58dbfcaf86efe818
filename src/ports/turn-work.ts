/** Writes of the lease's holder. Each matches the fence, so that a stale worker changes nothing. */
import type { ConversationId, TurnId } from '../domain/ids.ts';
import type { Turn } from '../domain/turn.ts';

/** What a holder may write; `open` follows from `state`, `removeReply` and `refreshReply`, `endedAt` is set by the store on ending. */
export type TurnPatch = Partial<
  Pick<
    Turn,
    | 'state'
    | 'attempt'
    | 'deliveries'
    | 'parts'
    | 'announced'
    | 'answer'
    | 'reference'
    | 'timings'
    | 'usage'
    | 'error'
    | 'removeReply'
    | 'refreshReply'
    | 'replyTo'
  >
>;

export interface TurnWork {
  /**
   * The oldest open turn of the conversation (`askedAt`, then `seq`) after the fence was copied onto it, or undefined when none is left
   * or the fence is not the newest. Nothing else changes: counting attempts is the caller's.
   */
  claimTurn(conversationId: ConversationId, fence: number): Promise<Turn | undefined>;
  /** Applies the patch where the turn's fence equals ours; undefined when it does not (the lease was lost). */
  updateTurn(id: TurnId, fence: number, patch: TurnPatch): Promise<Turn | undefined>;
  /**
   * Applies the patch where the question is still of this revision (0: never edited): what an attempt led to answers the question as it stands. Else nothing
   * changes. The turn as it stands then; undefined when the turn's fence does not equal ours (the lease was lost).
   */
  updateAtRevision(
    id: TurnId,
    fence: number,
    update: { readonly revision: number; readonly patch: TurnPatch },
  ): Promise<Turn | undefined>;
  /**
   * The conversation's queued turns that were not refused, in their order, after the fence was copied onto each, so that the holder can show them their place.
   * Empty when there are none or the fence is not the newest.
   */
  claimWaiting(conversationId: ConversationId, fence: number): Promise<readonly Turn[]>;
  /** Whether anything is left to do; needs no lease. */
  hasOpenTurns(conversationId: ConversationId): Promise<boolean>;
}
