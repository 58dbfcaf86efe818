/** An error as bad as a library's can be. */
import { everything } from './canaries.ts';

/** It keeps all that the library was given, in every place that errors have. */
export const hostileError = (): Error =>
  Object.assign(new TypeError(everything, { cause: new Error(everything) }), {
    code: everything,
    errors: [new Error(everything)],
    request: { body: everything },
  });
