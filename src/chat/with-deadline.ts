/** Keeps waiting short: work that takes too long is not waited for. */
import { BotError, type ErrorCode } from '../domain/errors.ts';
import { rejectOnAbort } from '../domain/reject-on-abort.ts';
import type { Clock } from '../ports/clock.ts';

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
