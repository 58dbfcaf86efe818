/** What all requests of the bot count against, whichever process sends them. */
import { asId, type TurnId } from '../../src/domain/ids.ts';
import type { EditBucket, EditBudget } from '../../src/ports/edit-budget.ts';
import { rateLimited } from './discord-errors.ts';

export interface RequestBudget {
  /** Takes one request, for a call that goes out at once. Throws `platform_rate_limited` with the wait, `foreseen`, when Discord would refuse it. */
  admit(): Promise<void>;
  /** Discord refused one all the same: no process sends any for so long. */
  refused(retryAfterMs: number): Promise<void>;
}

/** Requests are nobody's in particular: none is kept for anybody's final. */
const everybody = asId<TurnId>('discord-requests');

/**
 * Those with the bot's token count; what commands and presses are answered with carries none, and Discord counts it elsewhere.
 *
 * Where Discord's seconds begin is not known. So no second of ours, wherever it begins, may hold more than the limit: the window slides, and is a tenth longer for
 * requests that are not equally fast on their way. That leaves 40 a second of 45.
 *
 * @param deps.editBudget The one in which edits and posts are counted: without Redis each process has its share of this limit too.
 * @param deps.requestsPerSecond Of all processes together, the same number in each; Discord takes 50.
 * @see https://docs.discord.com/developers/topics/rate-limits#global-rate-limit
 */
export const createRequestBudget = (deps: {
  readonly editBudget: Pick<EditBudget, 'take' | 'block'>;
  readonly requestsPerSecond: number;
}): RequestBudget => {
  const { editBudget, requestsPerSecond } = deps;
  const bucket: EditBucket = {
    name: 'discord:requests',
    ...{ limit: requestsPerSecond, windowMs: 1_000 },
  };
  return {
    async admit() {
      const grant = await editBudget.take(bucket, { reply: everybody, kind: 'final' });
      if (!grant.granted) throw rateLimited(grant.waitMs, { isGlobal: true, isForeseen: true });
    },
    refused: (retryAfterMs) => editBudget.block(bucket, retryAfterMs),
  };
};
