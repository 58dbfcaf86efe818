/** Checks an answer's event as it comes back from Redis, where another version of this program may have written it. */
import { z } from 'zod';
import type { AnswerEvent } from '../../domain/chat-event.ts';
import { BotError } from '../../domain/errors.ts';
import { asId, type ChunkId, type DocumentId, type KnowledgeBaseId } from '../../domain/ids.ts';

const documentId = z.string().transform(asId<DocumentId>);
const count = z.number().int().nonnegative();
const durationMs = z.number().nonnegative();

const place = z.object({ titlePath: z.array(z.string()), anchor: z.string(), line: count });

const chunk = z.object({
  id: z.string().transform(asId<ChunkId>),
  documentId,
  knowledgeBaseId: z.string().transform(asId<KnowledgeBaseId>),
  documentTitle: z.string(),
  ordinal: count,
  text: z.string(),
  place,
  url: z.string().exactOptional(),
  sections: z
    .array(z.object({ start: count, place, url: z.string().exactOptional() }))
    .exactOptional(),
  similarity: z.number(),
  termSimilarity: z.number(),
  vectorSimilarity: z.number(),
});

const reference = z.object({
  total: count,
  chunks: z.array(chunk),
  documents: z.array(
    z.object({ documentId, documentName: z.string(), count, url: z.string().exactOptional() }),
  ),
});

const answerEvent: z.ZodType<AnswerEvent> = z.union([
  z.object({ type: z.literal('delta'), text: z.string() }),
  z.object({ type: z.literal('reasoning'), text: z.string() }),
  z.object({ type: z.literal('status'), phase: z.enum(['refining', 'retrieving']) }),
  z.object({ type: z.literal('status'), phase: z.literal('generating'), reference }),
  z.object({ type: z.literal('reset'), attempt: count }),
  z.object({ type: z.literal('error'), code: z.string() }),
  z.object({
    type: z.literal('final'),
    answer: z.string(),
    reference,
    timings: z.object({
      refineMs: durationMs.exactOptional(),
      retrieveMs: durationMs.exactOptional(),
      firstTokenMs: durationMs.exactOptional(),
      generateMs: durationMs.exactOptional(),
      totalMs: durationMs,
    }),
    usage: z.object({ promptTokens: count, completionTokens: count, estimated: z.boolean() }),
    unfinished: z.enum(['stalled', 'length', 'content_filter', 'stopped']).exactOptional(),
  }),
]);

/** Throws `payload_invalid` for anything that is not an event. */
export const parseAnswerEvent = (json: string): AnswerEvent => {
  const parsed = answerEvent.safeParse(parseJson(json));
  if (!parsed.success) throw new BotError('payload_invalid');
  return parsed.data;
};

const parseJson = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    // The parser's message would quote the text; `undefined` is no event, which is all the caller needs to know.
    return undefined;
  }
};
