/** How much of a message the lines take that close a fence before a cut and open it again. */
import type { Fence } from './markdown-fence.ts';

export interface FenceRoom {
  /** What is kept free to close the fence; 0 when the fence, opened and closed again, would take more than half of a message: then it is left open. */
  closingSize(fence: Fence | undefined, limit: number): number;
}

const largestShare = 0.5;

/** Asks the measure once for each fence and limit in turn. */
export const createFenceRoom = (measure: (markdown: string) => number): FenceRoom => {
  let known: { readonly fence: Fence; readonly limit: number; readonly size: number } | undefined;
  return {
    closingSize(fence, limit) {
      if (fence === undefined) return 0;
      if (known?.fence !== fence || known.limit !== limit) {
        const wraps = measure(fence.reopening + fence.lead + fence.closing);
        const fits = wraps <= largestShare * limit;
        known = { fence, limit, size: fits ? measure(`\n${fence.closing} `) : 0 };
      }
      return known.size;
    },
  };
};
