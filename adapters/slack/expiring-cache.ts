/** Remembers what was looked up, for a while and not without bound. */
import type { Clock } from '../../src/ports/clock.ts';

export interface ExpiringCache<Value> {
  /** The value for the key, looked up when none is fresh. Callers at once share one look-up; a failed one is not remembered. */
  get(key: string, lookUp: () => Promise<Value>): Promise<Value>;
  /** Forgets everything; look-ups that run still answer those who wait for them. */
  clear(): void;
}

/** The oldest entry goes when there are more than `maxEntries`. */
export const createExpiringCache = <Value>(options: {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly ttlMs: number;
  readonly maxEntries: number;
}): ExpiringCache<Value> => {
  const { clock, ttlMs, maxEntries } = options;
  const entries = new Map<string, { readonly value: Promise<Value>; readonly untilMs: number }>();

  return {
    get(key, lookUp) {
      const known = entries.get(key);
      if (known !== undefined && clock.monotonic() < known.untilMs) return known.value;
      const value = lookUp();
      const entry = { value, untilMs: clock.monotonic() + ttlMs };
      entries.delete(key);
      entries.set(key, entry);
      const oldest = entries.keys().next();
      if (entries.size > maxEntries && !oldest.done) entries.delete(oldest.value);
      value.catch(() => {
        if (entries.get(key) === entry) entries.delete(key);
      });
      return value;
    },
    clear: () => entries.clear(),
  };
};
