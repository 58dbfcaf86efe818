/** Builds domain values with sensible defaults: a test names only what it is about. Nothing is random or remembered between calls. */
import type { Chunk } from '../../src/domain/chunk.ts';
import type { Conversation } from '../../src/domain/conversation.ts';
import type { Dialog } from '../../src/domain/dialog.ts';
import { asId } from '../../src/domain/ids.ts';
import type { DocumentAggregate, Reference, ScoredChunk } from '../../src/domain/reference.ts';
import { isOpen, type NewTurn, type Turn } from '../../src/domain/turn.ts';

const monday = new Date('2026-01-05T09:00:00.000Z');

/** A team's conversation over HTTP; its key follows from its id. */
export const buildConversation = (overrides: Partial<Conversation> = {}): Conversation => {
  const id = overrides.id ?? asId('0123456789abcdef0123456789abcdef');
  return {
    id,
    key: `http-${id}`,
    dialogId: asId('default'),
    name: 'New conversation',
    platform: 'http',
    place: '',
    audience: 'team',
    userId: 'owner-1',
    createdAt: monday,
    updatedAt: monday,
    ...overrides,
  };
};

/** What a door hands over: a question of a team member on Slack. */
export const buildNewTurn = (overrides: Partial<NewTurn> = {}): NewTurn => ({
  id: asId('slack-T1-C1-1767603600.000100'),
  platform: 'slack',
  question: { text: 'How many days of leave do I have?' },
  askedAt: monday,
  asker: 'U1',
  audience: 'team',
  replyTo: { channel: 'C1', threadTs: '1767603600.000100' },
  ...overrides,
});

/** A queued turn, the first of its conversation; `open` follows from `state` and `removeReply`. */
export const buildTurn = (overrides: Partial<Turn> = {}): Turn => {
  const state = overrides.state ?? 'queued';
  return {
    ...buildNewTurn(),
    conversationId: asId('0123456789abcdef0123456789abcdef'),
    seq: 1,
    state,
    open: isOpen({ ...overrides, state }),
    attempt: 0,
    deliveries: 0,
    fence: 0,
    parts: [],
    ...overrides,
  };
};

/** A passage of a handbook page, without a link. */
export const buildChunk = (overrides: Partial<Chunk> = {}): Chunk => ({
  id: asId('chunk-1'),
  documentId: asId('document-1'),
  knowledgeBaseId: asId('handbook'),
  documentTitle: 'Leave',
  ordinal: 0,
  text: 'Everybody has 28 days of leave a year.',
  place: { titlePath: ['Leave', 'Days'], anchor: 'days', line: 3 },
  ...overrides,
});

export const buildScoredChunk = (overrides: Partial<ScoredChunk> = {}): ScoredChunk => ({
  ...buildChunk(),
  similarity: 0.7,
  termSimilarity: 0.7,
  vectorSimilarity: 0.7,
  ...overrides,
});

/** One chunk unless told otherwise; `total` and `documents` follow from the chunks. */
export const buildReference = (overrides: Partial<Reference> = {}): Reference => {
  const chunks = overrides.chunks ?? [buildScoredChunk()];
  return { total: chunks.length, chunks, documents: countDocuments(chunks), ...overrides };
};

/** The dialog `default` over the knowledge base `handbook`, with RAGFlow's numbers. */
export const buildDialog = (overrides: Partial<Dialog> = {}): Dialog => ({
  id: asId('default'),
  name: 'Handbook',
  description: 'Answers from the handbook.',
  knowledgeBaseIds: [asId('handbook')],
  prompt: {
    system: 'You answer from the knowledge below.\n{knowledge}',
    prologue: '',
    parameters: [{ key: 'knowledge', optional: false }],
    emptyResponse: 'I found nothing about this in the documents.',
    quote: true,
    refineMultiturn: true,
  },
  similarityThreshold: 0.2,
  vectorSimilarityWeight: 0.3,
  topN: 6,
  topK: 1024,
  ...overrides,
});

const countDocuments = (chunks: readonly ScoredChunk[]): DocumentAggregate[] => {
  const counts = new Map<string, DocumentAggregate>();
  for (const { documentId, documentTitle } of chunks) {
    const count = (counts.get(documentId)?.count ?? 0) + 1;
    counts.set(documentId, { documentId, documentName: documentTitle, count });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count);
};
