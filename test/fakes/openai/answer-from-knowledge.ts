/** A responder that answers with what stands in the prompt's knowledge, one cited sentence for each passage. */
import { type AnswerOptions, type AnswerScript, answer } from './chat-script.ts';
import { type ChatRequest, textOf } from './check-chat-request.ts';

const passage = /^ID: (\d+)$[\s\S]*?^└── Content:\s*([^\n]*?(?:[.!?。！？]|$))/gmu;

/** Quotes the first sentence of at most `passages` blocks (default 2) of the system message, each with its `[ID:n]`. */
export function answerFromKnowledge({
  passages = 2,
  ...options
}: AnswerOptions & { readonly passages?: number } = {}): (request: ChatRequest) => AnswerScript {
  return ({ messages }) => {
    const system = messages.filter(({ role }) => role === 'system' || role === 'developer');
    const found = [...system.map(textOf).join('\n').matchAll(passage)].slice(0, passages);
    const sentences = found.map(([, id, sentence]) => `${sentence} [ID:${id}]`);
    return answer(sentences.join(' ') || 'The knowledge base says nothing about this.', options);
  };
}
