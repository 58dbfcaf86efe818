/** Waiting for something to become true in the fake, looked at after every change and never by sleeping. */

export interface Waiting {
  /**
   * Gives what `look` gives as soon as that is truthy; an error of `look` ends the wait.
   * Rejects after `timeoutMs` (default 5,000) of real time, naming `what`.
   */
  waitFor<T>(
    look: () => T,
    options?: { readonly timeoutMs?: number; readonly what?: string },
  ): Promise<T>;
  changed(): void;
}

export function createWaiting(): Waiting {
  const waiters = new Set<() => void>();

  return {
    changed() {
      for (const waiter of [...waiters]) waiter();
    },
    waitFor(look, { timeoutMs = 5_000, what = look.toString() } = {}) {
      return new Promise((resolve, reject) => {
        const end = (settle: () => void) => {
          waiters.delete(check);
          clearTimeout(timer);
          settle();
        };
        const check = () => {
          try {
            const found = look();
            if (found) end(() => resolve(found));
          } catch (error) {
            end(() => reject(error));
          }
        };
        const timer = setTimeout(
          () => end(() => reject(new Error(`not within ${timeoutMs} ms: ${what}`))),
          timeoutMs,
        );
        waiters.add(check);
        check();
      });
    },
  };
}
