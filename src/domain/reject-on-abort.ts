/** Waiting that ends as soon as nobody wants the result any more. */

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
