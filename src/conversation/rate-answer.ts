/** A person says whether an answer helped. */
import type { TurnId } from '../domain/ids.ts';
import { maxReasonLengthChars } from '../domain/turn.ts';
import type { TurnChanges } from '../ports/turn-changes.ts';

/** Resolves with whether there is such a turn, once the rating is stored; the same person's second rating replaces the first. Throws `store_unavailable`. */
export type RateAnswer = (
  id: TurnId,
  rating: { readonly rater: string; readonly helpful: boolean; readonly reason?: string },
) => Promise<boolean>;

/** A reason is cut to its limit, never within a character; a blank one is none. */
export const createRateAnswer =
  ({ changes }: { readonly changes: Pick<TurnChanges, 'rateTurn'> }): RateAnswer =>
  async (id, { rater, helpful, reason = '' }) => {
    const kept = reason
      .trim()
      .slice(0, maxReasonLengthChars)
      .replace(/[\uD800-\uDBFF]$/, '');
    const turn = await changes.rateTurn(id, {
      rater,
      helpful,
      ...(kept !== '' && { reason: kept }),
    });
    return turn !== undefined;
  };
