/** Turns a row of failures into two log lines: one when it begins, one when it is over. */
import { BotError, type SafeDetails, safeCause } from '../src/domain/errors.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Log } from '../src/ports/log.ts';

export interface Outage {
  /** Tells the first failure of a row; the others are silent. */
  failed(error: unknown): void;
  /** Ends the row, if there is one. */
  passed(): void;
}

/** @param deps.lost, deps.back The fixed phrases of the two lines. */
export const createOutage = ({
  lost,
  back,
  clock,
  log,
}: {
  readonly lost: string;
  readonly back: string;
  readonly clock: Clock;
  readonly log: Log;
}): Outage => {
  let sinceMs: number | undefined;
  return {
    failed(error) {
      if (sinceMs !== undefined) return;
      sinceMs = clock.monotonic();
      log.warn(lost, describe(error));
    },
    passed() {
      if (sinceMs === undefined) return;
      log.info(back, { outageMs: Math.round(clock.monotonic() - sinceMs) });
      sinceMs = undefined;
    },
  };
};

const describe = (error: unknown): SafeDetails =>
  error instanceof BotError ? { code: error.code } : { ...safeCause(error) };
