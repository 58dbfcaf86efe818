/**
 * Ids as Discord makes them: the clock's time in the upper bits, never the same twice, always growing.
 * @see https://discord.com/developers/docs/reference#snowflakes
 */
import type { FakeClock } from '../http/clock.ts';

export interface Snowflakes {
  /** 18 or 19 digits. */
  next(): string;
}

const discordEpochMs = 1_420_070_400_000;

export const createSnowflakes = ({ clock }: { readonly clock: Pick<FakeClock, 'now'> }) => {
  let last = 0n;
  const snowflakes: Snowflakes = {
    next() {
      const ofNow = BigInt(clock.now() - discordEpochMs) << 22n;
      last = ofNow > last ? ofNow : last + 1n;
      return String(last);
    },
  };
  return snowflakes;
};

/** When an id was made, in milliseconds since the epoch. */
export const timeOf = (id: string): number => Number(BigInt(id) >> 22n) + discordEpochMs;

/** The order of ids, which is the order of time. */
export const byId = (left: { readonly id: string }, right: { readonly id: string }): number => {
  if (left.id.length !== right.id.length) return left.id.length - right.id.length;
  return left.id < right.id ? -1 : left.id > right.id ? 1 : 0;
};
