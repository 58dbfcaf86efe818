/** The StopSignal within one process. */
import type { TurnId } from '../../domain/ids.ts';
import type { StopSignal } from '../../ports/stop-signal.ts';

export const createMemoryStopSignal = (): StopSignal => {
  const listeners = new Set<(turnId: TurnId) => void>();
  return {
    async publish(turnId) {
      for (const listener of listeners) listener(turnId);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      listeners.clear();
    },
  };
};
