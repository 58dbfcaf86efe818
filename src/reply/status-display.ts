/** Keeps a platform's status line in step with what is being done for a turn; nobody ever waits for it. */
import type { ChatPhase } from '../domain/chat-event.ts';
import type { Turn } from '../domain/turn.ts';
import type { Clock } from '../ports/clock.ts';
import type { StatusLine } from '../ports/status-line.ts';

export interface StatusDisplay {
  show(phase: ChatPhase): void;
  /** Resolves with whether the platform shows the line; false where there is none, and before the first `show`. */
  isShown(): Promise<boolean>;
  /** Takes the line away, for good. */
  clear(): void;
}

/** Slack takes a line away after two minutes without a message. */
const refreshMs = 90_000;

/** @param deps.hasMessage Whether a message stands that says the same: then the line is not refreshed any more. */
export const createStatusDisplay = (deps: {
  readonly line: StatusLine | undefined;
  readonly turn: Turn;
  readonly clock: Pick<Clock, 'sleep'>;
  /** Resolves when a platform call may start; throws `lease_lost`. */
  readonly ensure: () => Promise<void>;
  readonly signal: AbortSignal;
  readonly hasMessage: () => boolean;
}): StatusDisplay => {
  const { line, turn, signal } = deps;
  const ended = new AbortController();
  let wanted: ChatPhase | undefined;
  /** One call after the other, so that no older phase comes last. */
  let shown: Promise<boolean> | undefined;

  /** Whoever lost the lease leaves the line to its new owner; the calls that matter tell of the loss. */
  const mayCall = (): Promise<boolean> =>
    deps.ensure().then(
      () => !signal.aborted,
      () => false,
    );
  const send = (phase: ChatPhase | undefined): void => {
    shown = Promise.resolve(shown).then(async (before = false) => {
      // A newer one waits behind it.
      if (line === undefined || phase !== wanted || !(await mayCall())) return before;
      return line.show(turn, phase, { signal });
    });
  };
  const refresh = async (): Promise<void> => {
    const waiting = AbortSignal.any([ended.signal, signal]);
    try {
      while (!deps.hasMessage()) {
        await deps.clock.sleep(refreshMs, { signal: waiting });
        if (!deps.hasMessage()) send(wanted);
      }
    } catch (error) {
      if (!waiting.aborted) throw error;
    }
  };

  return {
    show(phase) {
      if (line === undefined || ended.signal.aborted) return;
      const isFirst = shown === undefined;
      wanted = phase;
      send(phase);
      if (isFirst) void refresh();
    },
    isShown: async () => (await shown) ?? false,
    clear() {
      if (ended.signal.aborted) return;
      ended.abort();
      wanted = undefined;
      if (shown !== undefined) send(undefined);
    },
  };
};
