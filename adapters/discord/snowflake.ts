/** Discord's ids, and the time that each of them tells. */
import * as z from 'zod';

/** Milliseconds from the Unix epoch to Discord's. */
const epochMs = 1_420_070_400_000;
const timeShift = 22n;

/** As a string: more digits than a number holds. */
export const snowflake = z.string().regex(/^\d{1,20}$/);

/** When the thing was made, in milliseconds since the Unix epoch. @see https://docs.discord.com/developers/reference#snowflakes */
export const madeAtMs = (id: string): number => Number(BigInt(id) >> timeShift) + epochMs;

/** The lowest id of this time, which may be no thing's: to ask for what was made after it. 0 for a time before Discord's first. */
export const idAt = (atMs: number): string =>
  atMs <= epochMs ? '0' : (BigInt(Math.trunc(atMs) - epochMs) << timeShift).toString();

/** In order of time. */
export const compareIds = (a: string, b: string): number => {
  const [first, second] = [BigInt(a), BigInt(b)];
  return first < second ? -1 : Number(first > second);
};
