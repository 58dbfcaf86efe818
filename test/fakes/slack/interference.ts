/** What a test does to the calls of the Web API, see ../http/interference.ts; and what a failure of Slack's is. */
import {
  createInterference as createSharedInterference,
  type Interference as SharedInterference,
} from '../http/interference.ts';
import type { RecordedCall } from './call-log.ts';

export interface Failure {
  /**
   * An HTTP status, or: `hang` never answers, `drop-connection` closes before anything happened, `apply-then-drop`
   * and `apply-then-hang` do what was asked and lose the answer.
   */
  readonly status: number | 'hang' | 'drop-connection' | 'apply-then-drop' | 'apply-then-hang';
  /** With 429; default 1. */
  readonly retryAfterS?: number;
  /** Slack's code in the body; with status 200 an ordinary refusal. Default `internal_error`. */
  readonly error?: string;
}

export type Interference = SharedInterference<RecordedCall, Failure>;

export const createInterference = (): Interference =>
  createSharedInterference<RecordedCall, Failure>({
    complete: (given) => ({ ...given, status: given.status ?? 200 }),
  });
