/** The collections, as mongoose models of one connection. */
import type { Connection, Model } from 'mongoose';
import { type ConversationDocument, conversationSchema } from './conversation-schema.ts';
import {
  type InstallationDocument,
  installationSchema,
  type NonceDocument,
  nonceSchema,
} from './installation-schema.ts';
import { type PointerDocument, pointerSchema } from './pointer-schema.ts';
import { type TurnDocument, turnSchema } from './turn-schema.ts';

export interface MongoModels {
  readonly conversations: Model<ConversationDocument>;
  readonly turns: Model<TurnDocument>;
  readonly installations: Model<InstallationDocument>;
  readonly nonces: Model<NonceDocument>;
  readonly pointers: Model<PointerDocument>;
}

export const createMongoModels = (connection: Connection): MongoModels => ({
  conversations: connection.model<ConversationDocument>(
    'Conversation',
    conversationSchema,
    'conversations',
  ),
  turns: connection.model<TurnDocument>('Turn', turnSchema, 'turns'),
  installations: connection.model<InstallationDocument>(
    'Installation',
    installationSchema,
    'installations',
  ),
  nonces: connection.model<NonceDocument>('Nonce', nonceSchema, 'nonces'),
  pointers: connection.model<PointerDocument>('Pointer', pointerSchema, 'pointers'),
});
