/** What a test does to the calls of the REST API, see ../http/interference.ts; and what a failure of Discord's is. */
import {
  createInterference as createSharedInterference,
  type Interference as SharedInterference,
} from '../http/interference.ts';
import type { RecordedCall } from './call-log.ts';
import { statusOf } from './refusal.ts';

export interface Failure {
  /**
   * An HTTP status, or: `hang` never answers, `drop-connection` closes before anything happened, `apply-then-drop`
   * and `apply-then-hang` do what was asked and lose the answer. Default: the one of `code`, else 500.
   */
  readonly status: number | 'hang' | 'drop-connection' | 'apply-then-drop' | 'apply-then-hang';
  /** Discord's code in the body; default 0. */
  readonly code?: number;
  /** With 429; default 1. */
  readonly retryAfterS?: number;
  /** With 429; default `user`. */
  readonly scope?: 'user' | 'shared' | 'global';
}

export type Interference = SharedInterference<RecordedCall, Failure>;

export const createInterference = (): Interference =>
  createSharedInterference<RecordedCall, Failure>({
    complete: (given) => ({
      ...given,
      status: given.status ?? (given.code === undefined ? 500 : statusOf(given.code)),
    }),
  });
