/** Counts edits as a platform does that takes so many within any window. */
import type { EditBucket } from '../../src/ports/edit-budget.ts';

/**
 * Takes one edit of the bucket. Too many: how long to wait in milliseconds, whole seconds as in `Retry-After`; a refused edit is not counted.
 */
export type FakeEditLimit = (bucket: EditBucket) => number | undefined;

export const createFakeEditLimit = ({ now }: { readonly now: () => number }): FakeEditLimit => {
  const takenAtMs = new Map<string, number[]>();
  return ({ name, limit, windowMs }) => {
    const nowMs = now();
    const recent = (takenAtMs.get(name) ?? []).filter((atMs) => atMs > nowMs - windowMs);
    takenAtMs.set(name, recent);
    const [oldestMs] = recent;
    if (recent.length >= limit && oldestMs !== undefined)
      return Math.ceil((oldestMs + windowMs - nowMs) / 1_000) * 1_000;
    recent.push(nowMs);
    return undefined;
  };
};
