/**
 * The guard before everything: whoever gets too many 401, 403 and 429 within ten minutes is shut out for an hour.
 * @see https://discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans
 */
import type { FakeClock } from '../http/clock.ts';

export interface InvalidRequests {
  count(status: number, scope: string | undefined): void;
  isBanned(): boolean;
  /** Of the last ten minutes. */
  recent(): number;
}

const windowMs = 10 * 60_000;
const banMs = 60 * 60_000;

export const createInvalidRequests = ({
  clock,
  limit = 10_000,
}: {
  readonly clock: Pick<FakeClock, 'now'>;
  readonly limit?: number | undefined;
}): InvalidRequests => {
  let seenAtMs: readonly number[] = [];
  let bannedUntilMs = 0;

  const recent = () => seenAtMs.filter((at) => at > clock.now() - windowMs);

  return {
    count(status, scope) {
      if (![401, 403, 429].includes(status) || scope === 'shared') return;
      seenAtMs = [...recent(), clock.now()];
      if (seenAtMs.length >= limit) bannedUntilMs = clock.now() + banMs;
    },
    isBanned: () => clock.now() < bannedUntilMs,
    recent: () => recent().length,
  };
};
