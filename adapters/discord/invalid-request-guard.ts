/** Keeps this process from being banned: Discord counts refused requests, and shuts out an address that goes on with them. */
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';

export interface InvalidRequestGuard {
  /** What Discord answered. */
  note(answer: { readonly status: number; readonly scope: string | null }): void;
  /** How long no call may go, in milliseconds; 0 for calls as usual. */
  waitMs(): number;
}

const windowMs = 600_000;
/** Discord bans at 10,000, counted over all processes behind one address. */
const maxRefused = 1_000;

/**
 * Counts 401, 403 and 429, of the latter not those of scope `shared`. From 1,000 in ten minutes on nothing is sent until they are over: then something is wrong that no
 * further try mends.
 *
 * @see https://docs.discord.com/developers/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans
 */
export const createInvalidRequestGuard = (deps: {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly log: Log;
}): InvalidRequestGuard => {
  const { clock, log } = deps;
  let refused = 0;
  let untilMs = 0;

  const waitMs = (): number =>
    refused < maxRefused ? 0 : Math.max(0, untilMs - clock.monotonic());

  return {
    waitMs,
    note({ status, scope }) {
      const counts = status === 401 || status === 403 || (status === 429 && scope !== 'shared');
      if (!counts) return;
      const now = clock.monotonic();
      if (now >= untilMs) {
        refused = 0;
        untilMs = now + windowMs;
      }
      refused += 1;
      if (refused === maxRefused)
        log.error('discord refused too many calls: none is sent for a while', {
          refused,
          waitMs: Math.ceil(waitMs()),
        });
    },
  };
};
