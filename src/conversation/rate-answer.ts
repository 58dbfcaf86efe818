/** A person says whether an answer helped. */
import type { TurnId } from '../domain/ids.ts';

/** Resolves with whether there is such a turn, once the rating is stored; the same person's second rating replaces the first. Throws `store_unavailable`. */
export type RateAnswer = (
  id: TurnId,
  rating: { readonly rater: string; readonly helpful: boolean; readonly reason?: string },
) => Promise<boolean>;
