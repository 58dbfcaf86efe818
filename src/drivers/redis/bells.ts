/** Wakes the readers of a turn: when something rings for it, and once in a while anyway, because a ring may be lost. */
import type { TurnId } from '../../domain/ids.ts';
import type { Clock } from '../../ports/clock.ts';

/** One reader's bell. It remembers a ring that came while its reader was busy. */
export interface Bell {
  readonly ring: () => void;
  /** Resolves at the next ring, at once when it rang since the last call. */
  rung(): Promise<void>;
  takeDown(): void;
}

export interface Bells {
  hang(turnId: TurnId): Bell;
  ring(turnId: TurnId): void;
  ringAll(): void;
}

/** One timer for all bells, which runs while there is any. */
export const createBells = ({
  clock,
  everyMs,
}: {
  readonly clock: Clock;
  readonly everyMs: number;
}): Bells => {
  const bells = new Map<TurnId, Set<Bell>>();
  let timer: AbortController | undefined;

  const ringAll = () => {
    for (const ofTurn of bells.values()) for (const bell of ofTurn) bell.ring();
  };
  const ringRegularly = async (signal: AbortSignal) => {
    try {
      for (;;) {
        await clock.sleep(everyMs, { signal });
        ringAll();
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  };
  const takeDown = (turnId: TurnId, bell: Bell) => {
    const ofTurn = bells.get(turnId);
    ofTurn?.delete(bell);
    if (ofTurn?.size === 0) bells.delete(turnId);
    if (bells.size > 0) return;
    timer?.abort();
    timer = undefined;
  };

  return {
    hang(turnId) {
      const bell = createBell((self) => takeDown(turnId, self));
      const ofTurn = bells.get(turnId) ?? new Set();
      bells.set(turnId, ofTurn.add(bell));
      if (timer === undefined) {
        timer = new AbortController();
        void ringRegularly(timer.signal);
      }
      return bell;
    },
    ring(turnId) {
      for (const bell of bells.get(turnId) ?? []) bell.ring();
    },
    ringAll,
  };
};

const createBell = (takeDown: (self: Bell) => void): Bell => {
  let rang = false;
  let wake: (() => void) | undefined;
  const bell: Bell = {
    ring() {
      rang = true;
      wake?.();
    },
    async rung() {
      if (!rang) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      rang = false;
    },
    takeDown: () => takeDown(bell),
  };
  return bell;
};
