/** Keeps waiting short: work that was told to stop, or that takes too long, is not waited for. */
import { BotError, type ErrorCode } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';

/** The promise, or a rejection with the signal's reason as soon as it aborts, whichever comes first. */
export const rejectOnAbort = async <Value>(
  work: Promise<Value>,
  signal: AbortSignal,
): Promise<Value> => {
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
};

/** Runs the work under a signal that also aborts after `deadlineMs`; then it rejects with `lateCode`, `model_stalled` when absent. */
export const withDeadline = async <Value>(
  work: (signal: AbortSignal) => Promise<Value>,
  options: {
    readonly clock: Clock;
    readonly deadlineMs: number;
    readonly lateCode?: ErrorCode;
    readonly signal: AbortSignal;
  },
): Promise<Value> => {
  const late = new AbortController();
  const ended = new AbortController();
  const either = AbortSignal.any([options.signal, late.signal]);
  either.throwIfAborted();
  options.clock.sleep(options.deadlineMs, { signal: ended.signal }).then(
    () => late.abort(new BotError(options.lateCode ?? 'model_stalled')),
    () => {
      // The work ended before its deadline.
    },
  );
  try {
    return await rejectOnAbort(work(either), either);
  } finally {
    ended.abort();
  }
};
