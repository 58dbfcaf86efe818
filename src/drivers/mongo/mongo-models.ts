/** The two collections, as mongoose models of one connection. */
import type { Connection, Model } from 'mongoose';
import { type ConversationDocument, conversationSchema } from './conversation-schema.ts';
import { type TurnDocument, turnSchema } from './turn-schema.ts';

export interface MongoModels {
  readonly conversations: Model<ConversationDocument>;
  readonly turns: Model<TurnDocument>;
}

export const createMongoModels = (connection: Connection): MongoModels => ({
  conversations: connection.model<ConversationDocument>(
    'Conversation',
    conversationSchema,
    'conversations',
  ),
  turns: connection.model<TurnDocument>('Turn', turnSchema, 'turns'),
});
