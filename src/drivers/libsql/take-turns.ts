/** Lets the process's other work go on between pieces of work that hold the event loop. */
import { setImmediate as nextTurn } from 'node:timers/promises';

export type TakeTurns = <Result>(work: () => Result) => Promise<Result>;

/** One piece of work in each turn of the event loop, in order of asking. Rejects with what `work` throws. */
export const createTakeTurns = (): TakeTurns => {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(() => nextTurn()).then(work);
    last = result.catch(() => {
      // Whoever asked for it is told.
    });
    return result;
  };
};
