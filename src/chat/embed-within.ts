/** Asks for vectors where an answer is possible without them. */
import { toBotError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Embedder, Vector } from '../ports/embedder.ts';
import type { Log } from '../ports/log.ts';
import { withDeadline } from './with-deadline.ts';

export interface EmbedWithinDeps {
  readonly embedder: Embedder;
  readonly clock: Clock;
  readonly log: Log;
}

/** Above what a slow endpoint takes, below what a person waits for. */
const deadlineMs = 10_000;

/** One vector per text, or none at all when the embedder fails or takes longer than 10 s (one line in the log). Rejects only with the signal's reason. */
export const embedWithin = async (
  { embedder, clock, log }: EmbedWithinDeps,
  request: { readonly texts: readonly string[]; readonly signal: AbortSignal },
): Promise<readonly Vector[]> => {
  try {
    return await withDeadline((signal) => embedder.embed(request.texts, { signal }), {
      clock,
      deadlineMs,
      signal: request.signal,
    });
  } catch (error) {
    request.signal.throwIfAborted();
    log.warn('embedding failed, going on by words', { code: toBotError(error).code });
    return request.texts.map(() => undefined);
  }
};
