/** Waits for something in a store, which nobody announces, to become true. */
import { setTimeout as delay } from 'node:timers/promises';

const pauseMs = 20;

/** Gives what `look` gives as soon as that is neither undefined nor false. Rejects after `timeoutMs` (default 20,000), naming `what`. */
export const until = async <Found>(
  look: () => Promise<Found | undefined | false>,
  { what, timeoutMs = 20_000 }: { readonly what: string; readonly timeoutMs?: number },
): Promise<Found> => {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await delay(pauseMs);
  }
};
