/** Answers without any language model: with the sentences of the passages that come closest to the question, word for word. */
import { toBotError } from '../../domain/errors.ts';
import type { ChatModel, ChatModelRequest } from '../../ports/chat-model.ts';
import type { Embedder, Vector } from '../../ports/embedder.ts';
import type { Log } from '../../ports/log.ts';
import { hasAnswer } from './has-answer.ts';
import { type Candidate, weighEvidence } from './weigh-evidence.ts';

export interface QuoteModelDeps {
  readonly embedder: Embedder;
  readonly log: Log;
}

/** What it says of its own; the rest is quoted. */
export const quoteModelSays = {
  quotesOnly: 'No language model is connected, so I only quote what fits best:',
  nothingFits:
    'I found nothing in the documents that answers this. (No language model is connected: I can only quote.)',
  canDo:
    'Ask me something about the documents: no language model is connected, so I answer with quotes from them.',
} as const;

const maxQuotes = 3;
/** A further quote must come this close to the best one. */
const closeness = 0.05;

/**
 * Streams quote by quote, each in a paragraph of its own with its `[ID:n]`, in the order of the passages. Without grounding it says what it can do. Never fails
 * but by its signal: without vectors it goes by words. Costs one embedding for each of the 40 best sentences.
 */
export const createQuoteModel = ({ embedder, log }: QuoteModelDeps): ChatModel => ({
  name: 'quote-model',
  // It reads the grounding, not the prompt: the limits only bound how many passages it is shown.
  contextTokens: 32_000,
  maxOutputTokens: 2_000,
  quotesOnly: true,

  async *stream({ grounding }, { signal }) {
    signal.throwIfAborted();
    for await (const text of answer(grounding, { embedder, log, signal })) {
      signal.throwIfAborted();
      yield { type: 'text', text };
    }
    yield { type: 'usage', promptTokens: 0, completionTokens: 0 };
    yield { type: 'finish', reason: 'stop' };
  },
});

async function* answer(
  grounding: ChatModelRequest['grounding'],
  { embedder, log, signal }: QuoteModelDeps & { readonly signal: AbortSignal },
): AsyncGenerator<string> {
  if (grounding === undefined) {
    yield quoteModelSays.canDo;
    return;
  }
  const embed = async (texts: readonly string[]): Promise<readonly Vector[]> => {
    try {
      return await embedder.embed(texts, { signal });
    } catch (error) {
      signal.throwIfAborted();
      log.warn('embedding failed, quoting by words', { code: toBotError(error).code });
      return texts.map(() => undefined);
    }
  };
  const { question, chunks } = grounding;
  const evidence = await weighEvidence(question, { chunks, embed });
  if (!hasAnswer(evidence)) {
    yield quoteModelSays.nothingFits;
    return;
  }
  yield quoteModelSays.quotesOnly;
  for (const quote of pickQuotes(evidence.candidates)) yield `\n\n${withMark(quote)}`;
}

const pickQuotes = (candidates: readonly Candidate[]): readonly Candidate[] => {
  const best = candidates[0]?.score ?? 0;
  return candidates
    .filter(({ score }) => score >= best - closeness)
    .slice(0, maxQuotes)
    .sort((a, b) => a.passage - b.passage || a.position - b.position);
};

/** Behind a table or a fence the mark stands in a paragraph of its own: on their last line it would be a part of them. */
const withMark = ({ text, passage }: Candidate): string =>
  `${text}${/[|`~]\s*$/.test(text) ? '\n\n' : ' '}[ID:${passage}]`;
