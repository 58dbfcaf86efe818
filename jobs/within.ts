/** Gives a piece of work a deadline. */
import type { Clock } from '../src/ports/clock.ts';

/** Whether the work ended in time; rejects as the work does. Late work goes on, and its failure is nobody's any more. */
export const within = async (
  work: Promise<unknown>,
  { timeoutMs, clock }: { readonly timeoutMs: number; readonly clock: Clock },
): Promise<boolean> => {
  const timer = new AbortController();
  const late = clock.sleep(timeoutMs, { signal: timer.signal }).then(() => false);
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    timer.abort();
  }
};
