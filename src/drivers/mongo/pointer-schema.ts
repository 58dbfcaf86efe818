/** How pointers to conversations stand in MongoDB. */
import { Schema } from 'mongoose';

export interface PointerDocument {
  /** The place. */
  readonly _id: string;
  readonly key: string;
  readonly lastAt: Date;
}

export const pointerSchema = new Schema(
  {
    _id: { type: String, required: true },
    key: { type: String, required: true },
    lastAt: { type: Date, required: true },
  },
  { id: false, versionKey: false, strict: 'throw', strictQuery: 'throw' },
).index({ lastAt: -1 });
