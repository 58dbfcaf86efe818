/** Branded ids: a string of one kind can't be passed where another is meant. */

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** 32 lower-case hex characters (a UUID without dashes), as in RAGFlow. */
export type ConversationId = Branded<'ConversationId'>;
/** Comes from the platform's own id, so that a redelivered event finds its turn; see `turn-id.ts`. */
export type TurnId = Branded<'TurnId'>;
export type DialogId = Branded<'DialogId'>;
export type KnowledgeBaseId = Branded<'KnowledgeBaseId'>;
/** Stable over re-ingest: a hash of the knowledge base, the source and the path in it. */
export type DocumentId = Branded<'DocumentId'>;
/** A hash of the document's id, the chunk's text, and how often that text stood before in the document. */
export type ChunkId = Branded<'ChunkId'>;
/** Names one process that works on conversations, unique per start. */
export type WorkerId = Branded<'WorkerId'>;

/** Brands a string that was checked at a border. */
export const asId = <Id extends string>(text: string): Id => text as Id;

/** A new conversation id: 32 hex characters from the platform's cryptographic source. */
export const newConversationId = (): ConversationId =>
  asId<ConversationId>(globalThis.crypto.randomUUID().replaceAll('-', ''));

/** Whether a client may use the text as a conversation's id: 32 lower-case hex characters. */
export const isConversationId = (text: string): text is ConversationId =>
  /^[0-9a-f]{32}$/.test(text);
