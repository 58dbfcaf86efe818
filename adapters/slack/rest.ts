/** A sleep that may be cut short without that being an error. */
import type { Clock } from '../../src/ports/clock.ts';

/** Whether the time went by; false when the signal ended it. */
export const rest = async (
  clock: Pick<Clock, 'sleep'>,
  { ms, signal }: { readonly ms: number; readonly signal?: AbortSignal },
): Promise<boolean> => {
  try {
    await clock.sleep(ms, signal === undefined ? {} : { signal });
    return true;
  } catch (error) {
    if (signal?.aborted) return false;
    throw error;
  }
};
