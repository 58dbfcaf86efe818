/** How a conversation, its counter and its lease stand in MongoDB. */
import { Schema } from 'mongoose';
import type { Conversation } from '../../domain/conversation.ts';
import type { ConversationId, WorkerId } from '../../domain/ids.ts';

export type ConversationDocument = Omit<Conversation, 'id'> & {
  readonly _id: ConversationId;
  /** Its own and those of attached threads: what it is found by. */
  readonly keys: readonly string[];
  /** The `seq` of the next turn. */
  readonly nextSeq: number;
  /** Of the newest lease; only grows, and stays when the lease is given back. */
  readonly fence: number;
  /** `at`: when it was acquired or renewed last, on the server's clock. */
  readonly lease?: { readonly owner: WorkerId; readonly at: Date };
};

export const conversationSchema = new Schema(
  {
    _id: { type: String, required: true },
    key: { type: String, required: true },
    keys: { type: [String], required: true },
    dialogId: { type: String, required: true },
    name: String,
    platform: { type: String, required: true },
    place: String,
    audience: { type: String, required: true },
    userId: String,
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
    nextSeq: { type: Number, required: true },
    fence: { type: Number, required: true },
    lease: {
      type: new Schema({ owner: String, at: Date }, { _id: false, id: false, strict: 'throw' }),
    },
  },
  { id: false, versionKey: false, strict: 'throw', strictQuery: 'throw' },
)
  .index({ keys: 1 }, { unique: true })
  .index({ dialogId: 1, userId: 1, createdAt: -1 });

export const toConversation = (document: ConversationDocument): Conversation => ({
  id: document._id,
  key: document.key,
  dialogId: document.dialogId,
  name: document.name,
  platform: document.platform,
  place: document.place,
  audience: document.audience,
  userId: document.userId,
  createdAt: document.createdAt,
  updatedAt: document.updatedAt,
});
