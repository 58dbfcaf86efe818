/** A dialog as RAGFlow's clients read it. */
import type { Dialog } from '../../src/domain/dialog.ts';

export const renderDialog = ({ prompt, ...dialog }: Dialog): object => ({
  id: dialog.id,
  name: dialog.name,
  description: dialog.description,
  kb_ids: dialog.knowledgeBaseIds,
  prompt_config: {
    system: prompt.system,
    prologue: prompt.prologue,
    parameters: prompt.parameters,
    empty_response: prompt.emptyResponse,
    quote: prompt.quote,
    refine_multiturn: prompt.refineMultiturn,
  },
  similarity_threshold: dialog.similarityThreshold,
  vector_similarity_weight: dialog.vectorSimilarityWeight,
  top_n: dialog.topN,
  top_k: dialog.topK,
  status: '1',
});
