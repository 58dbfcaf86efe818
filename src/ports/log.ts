/** Where operators read what happened. The types leave no room for a person's or a document's text. */
import type { SafeDetails } from '../domain/errors.ts';

/** `event` is a fixed phrase in the code, `details` are ids, codes, counts and durations. One line each. */
export interface Log {
  info(event: string, details?: SafeDetails): void;
  warn(event: string, details?: SafeDetails): void;
  error(event: string, details?: SafeDetails): void;
}
