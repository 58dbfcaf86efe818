/** How a turn stands in MongoDB. */
import { Schema } from 'mongoose';
import type { TurnId } from '../../domain/ids.ts';
import type { Rating, Turn } from '../../domain/turn.ts';

export type TurnDocument = Omit<Turn, 'id'> & { readonly _id: TurnId };

/** A rater's name as a key in a path: none of MongoDB's signs, and nothing that JavaScript's objects have already. */
export const ratingKey = (rater: string): string =>
  `~${encodeURIComponent(rater).replaceAll('.', '%2E')}`;

const nested = { _id: false, id: false, strict: 'throw', minimize: false } as const;

const placeSchema = new Schema({ titlePath: [String], anchor: String, line: Number }, nested);

const chunkSchema = new Schema(
  {
    id: String,
    documentId: String,
    knowledgeBaseId: String,
    documentTitle: String,
    ordinal: Number,
    text: String,
    place: { type: placeSchema },
    url: String,
    sections: {
      type: [new Schema({ start: Number, place: { type: placeSchema }, url: String }, nested)],
      default: undefined,
    },
    similarity: Number,
    termSimilarity: Number,
    vectorSimilarity: Number,
  },
  nested,
);

const documentAggregateSchema = new Schema(
  { documentId: String, documentName: String, count: Number, url: String },
  nested,
);

const referenceSchema = new Schema(
  { total: Number, chunks: [chunkSchema], documents: [documentAggregateSchema] },
  nested,
);

const timingsSchema = new Schema(
  {
    refineMs: Number,
    retrieveMs: Number,
    firstTokenMs: Number,
    generateMs: Number,
    totalMs: Number,
  },
  nested,
);

const usageSchema = new Schema(
  { promptTokens: Number, completionTokens: Number, estimated: Boolean },
  nested,
);

export const turnSchema = new Schema(
  {
    _id: { type: String, required: true },
    conversationId: { type: String, required: true },
    seq: { type: Number, required: true },
    platform: { type: String, required: true },
    state: { type: String, required: true },
    open: { type: Boolean, required: true },
    attempt: { type: Number, required: true },
    deliveries: { type: Number, required: true },
    fence: { type: Number, required: true },
    question: {
      type: new Schema(
        {
          text: String,
          files: {
            type: [new Schema({ id: String, name: String, sizeBytes: Number }, nested)],
            default: undefined,
          },
        },
        nested,
      ),
      required: true,
    },
    revision: Number,
    editedText: String,
    refreshReply: Boolean,
    unprompted: Boolean,
    readThread: Boolean,
    repeats: String,
    clientMsgId: String,
    seedHistory: {
      type: [new Schema({ role: String, content: String }, nested)],
      default: undefined,
    },
    askedAt: { type: Date, required: true },
    asker: String,
    audience: { type: String, required: true },
    // The platform's own keys.
    replyTo: Schema.Types.Mixed,
    parts: [new Schema({ index: Number, platformId: String, kind: String }, nested)],
    announced: Boolean,
    answer: { type: new Schema({ text: String, unfinished: String }, nested) },
    reference: { type: referenceSchema },
    timings: { type: timingsSchema },
    usage: { type: usageSchema },
    error: { type: new Schema({ code: String, retryAfterMs: Number }, nested) },
    // By `ratingKey`.
    ratings: Schema.Types.Mixed,
    cancelRequestedAt: Date,
    removeReply: Boolean,
    endedAt: Date,
  },
  { id: false, versionKey: false, minimize: false, strict: 'throw', strictQuery: 'throw' },
)
  .index({ conversationId: 1, seq: 1 }, { unique: true })
  .index({ clientMsgId: 1 }, { unique: true, sparse: true })
  .index({ conversationId: 1, askedAt: 1, seq: 1 })
  // Whose message somebody replies to; unlike Slack's, Discord's ids name one message.
  .index({ 'parts.platformId': 1 }, { partialFilterExpression: { platform: 'discord' } })
  // Few turns are open: finding the next one, and all that wait, reads nothing else.
  .index(
    { open: 1, conversationId: 1, askedAt: 1, seq: 1 },
    { partialFilterExpression: { open: true } },
  );

export const toTurn = ({ _id, ratings, ...rest }: TurnDocument): Turn => ({
  id: _id,
  ...rest,
  ...(ratings !== undefined && { ratings: byRater(Object.values(ratings)) }),
});

const byRater = (ratings: readonly Rating[]): Readonly<Record<string, Rating>> =>
  Object.fromEntries(ratings.map((rating) => [rating.rater, rating]));
