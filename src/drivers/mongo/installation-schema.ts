/** How installations and spent nonces stand in MongoDB. */
import { Schema } from 'mongoose';
import type { Installation } from '../../ports/installation-store.ts';

/** `_id` is `<platform>:<key>`. */
export type InstallationDocument = Installation & { readonly _id: string };

export interface NonceDocument {
  readonly _id: string;
  readonly expiresAt: Date;
}

const strict = { id: false, versionKey: false, strict: 'throw', strictQuery: 'throw' } as const;

export const installationSchema = new Schema(
  {
    _id: { type: String, required: true },
    platform: { type: String, required: true },
    key: { type: String, required: true },
    sealed: { type: String, required: true },
    updatedAt: { type: Date, required: true },
  },
  strict,
);

/** The server deletes a nonce within a minute of its time. */
export const nonceSchema = new Schema(
  { _id: { type: String, required: true }, expiresAt: { type: Date, required: true } },
  strict,
).index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
