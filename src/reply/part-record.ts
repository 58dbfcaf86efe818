/** Which messages of a reply stand: as the turn stores them, in order of index. */
import type { ReplyPart } from '../domain/turn.ts';

export interface PartRecord {
  all(): readonly ReplyPart[];
  at(index: number): ReplyPart | undefined;
  /** Stored before it resolves; what stands so already costs nothing. */
  save(part: ReplyPart): Promise<void>;
  forget(index: number): Promise<void>;
}

export const createPartRecord = (
  standing: readonly ReplyPart[],
  store: (parts: readonly ReplyPart[]) => Promise<void>,
): PartRecord => {
  let parts = standing;
  const at = (index: number) => parts.find((part) => part.index === index);
  const without = (index: number) => parts.filter((part) => part.index !== index);
  return {
    all: () => parts,
    at,
    async save(part) {
      const known = at(part.index);
      if (known?.platformId === part.platformId && known.kind === part.kind) return;
      parts = [...without(part.index), part].toSorted((a, b) => a.index - b.index);
      await store(parts);
    },
    async forget(index) {
      if (at(index) === undefined) return;
      parts = without(index);
      await store(parts);
    },
  };
};
