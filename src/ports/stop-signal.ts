/** Tells workers at once that a turn was cancelled. May be lost: the store's `cancelRequestedAt` is looked at on every renewal. */
import type { TurnId } from '../domain/ids.ts';

export interface StopSignal {
  /** Rejects with `queue_unavailable` when it cannot be sent within 2 s. */
  publish(turnId: TurnId): Promise<void>;
  /** Calls the listener for every published id until the returned function is called. */
  subscribe(listener: (turnId: TurnId) => void): () => void;
  close(): Promise<void>;
}
