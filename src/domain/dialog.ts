/** A dialog is an assistant's settings: RAGFlow's Dialog, less what Footnote does not build. */
import type { DialogId, KnowledgeBaseId } from './ids.ts';

/** A variable that the system prompt may name as `{key}`. `knowledge` is reserved and switches retrieval on. */
export interface PromptParameter {
  readonly key: string;
  readonly optional: boolean;
}

/** @see https://github.com/infiniflow/ragflow `prompt_config` */
export interface PromptConfig {
  /** Template; only the names in `parameters` are filled, every other brace stays as it is. */
  readonly system: string;
  /** The first message of a new conversation. Empty: none is shown. */
  readonly prologue: string;
  readonly parameters: readonly PromptParameter[];
  /** What is answered when retrieval finds nothing. Empty: the model answers without knowledge. */
  readonly emptyResponse: string;
  /** Whether answers carry citations. */
  readonly quote: boolean;
  /** Whether a follow-up is first rewritten into a question that stands alone (one short model call). */
  readonly refineMultiturn: boolean;
}

export interface Dialog {
  readonly id: DialogId;
  readonly name: string;
  readonly description: string;
  /** Empty: no retrieval, the model answers from the conversation alone. */
  readonly knowledgeBaseIds: readonly KnowledgeBaseId[];
  readonly prompt: PromptConfig;
  /** Chunks whose weighted score is lower are dropped; 0 to 1, RAGFlow's default 0.2. */
  readonly similarityThreshold: number;
  /** Weight of the vector score, 0 to 1; the term score weighs the rest. RAGFlow's default 0.3. */
  readonly vectorSimilarityWeight: number;
  /** How many chunks the prompt may hold; RAGFlow's default 6. */
  readonly topN: number;
  /** How many candidates are asked from each of words and vectors; RAGFlow's default 1024. */
  readonly topK: number;
}
