/** Tells workers at once that a person stopped a turn or edited its question. May be lost: the stored turn is looked at on every renewal. */
import type { TurnId } from '../domain/ids.ts';

export interface StopSignal {
  /** Rejects with `queue_unavailable` when it cannot be sent within 2 s. */
  publish(turnId: TurnId): Promise<void>;
  /** Calls the listener for every published id until the returned function is called. */
  subscribe(listener: (turnId: TurnId) => void): () => void;
  close(): Promise<void>;
}
