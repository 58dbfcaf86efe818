/** Lets a passage's vector know the document that it is from. */
import type { Vector } from '../ports/embedder.ts';

/** RAGFlow's share (`filename_embd_weight`). */
const titleShare = 0.1;

/** 0.1 of the title's vector and 0.9 of the passage's, at unit length; the passage's alone where the title has none. */
export const blendTitle = (title: Vector, passage: Vector): Vector => {
  if (title === undefined || passage === undefined) return passage;
  const sum = passage.map((value, at) => (1 - titleShare) * value + titleShare * (title[at] ?? 0));
  const length = Math.hypot(...sum);
  return length === 0 ? passage : sum.map((value) => value / length);
};
