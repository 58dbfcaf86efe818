/** What people do to a turn that is stored: stop it, edit its question, rate its answer. `store_unavailable` when the store cannot be reached. */
import type { TurnId } from '../domain/ids.ts';
import type { Rating, Turn } from '../domain/turn.ts';

export interface TurnChanges {
  /**
   * Asks whoever works on the turn to stop, and with `removeReply` to take the reply away (also of an ended turn, which becomes open again).
   * Undefined when there is no such turn.
   */
  requestCancel(id: TurnId, options: { readonly removeReply: boolean }): Promise<Turn | undefined>;
  /**
   * The question was edited. Queued or running: its text is replaced and `revision` grows, so that a running answer begins anew; a refusal at the door is
   * forgotten. Answered or ended: the text becomes `editedText` and the turn is open (`refreshReply`), so that its reply offers to answer again; the text that
   * was answered takes that offer back. The same text again changes nothing.
   * Undefined when there is no such turn, or a person took it back: stopped before there was an answer, cancelled, or its reply is to be removed.
   */
  editQuestion(id: TurnId, text: string): Promise<Turn | undefined>;
  /** Keeps one rating per person: a second one replaces the first. Undefined when there is no such turn. */
  rateTurn(id: TurnId, rating: Omit<Rating, 'at'>): Promise<Turn | undefined>;
}
