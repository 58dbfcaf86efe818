/** Notices when a stream says nothing for a while. */
import type { Clock } from '../../src/ports/clock.ts';

export const silence = Symbol('silence');

/**
 * Passes the values on, and `silence` whenever none came for `silenceMs`. Leaving early does not wait for the source: it ends by a signal of its own.
 */
export async function* markSilence<Value>(
  source: AsyncIterable<Value>,
  options: { readonly clock: Clock; readonly silenceMs: number },
): AsyncGenerator<Value | typeof silence> {
  const values = source[Symbol.asyncIterator]();
  let next = values.next();
  try {
    for (;;) {
      const result = await withinSilence(next, options);
      if (result === silence) {
        yield silence;
        continue;
      }
      if (result.done === true) return;
      yield result.value;
      next = values.next();
    }
  } finally {
    // Whoever left is not there to hear of it any more.
    Promise.all([next, values.return?.()]).catch(() => undefined);
  }
}

const withinSilence = async <Result>(
  next: Promise<Result>,
  { clock, silenceMs }: { readonly clock: Clock; readonly silenceMs: number },
): Promise<Result | typeof silence> => {
  const timer = new AbortController();
  const silent = (): typeof silence => silence;
  try {
    // Rejects only by the abort below, when the race is over.
    return await Promise.race([
      next,
      clock.sleep(silenceMs, { signal: timer.signal }).then(silent, silent),
    ]);
  } finally {
    timer.abort();
  }
};
