/** Lets a test write the model's answer over what retrieval found: each mark names a piece of the passage that it cites. */
import { type ChatRequest, textOf } from '../../fakes/openai/check-chat-request.ts';

/** Replaces each `{piece of a passage}` by the `[ID:n]` of the passage in the prompt that holds it; throws when none does. */
export const citePassages = (request: ChatRequest, answer: string): string => {
  const passages = passagesIn(request);
  return answer.replace(/\{([^{}]+)\}/g, (_mark, piece: string) => {
    const index = passages.findIndex((passage) => passage.includes(piece));
    if (index < 0) throw new Error(`retrieval did not find the passage with “${piece}”`);
    return `[ID:${index}]`;
  });
};

/** The last message: the question as the model reads it. */
export const questionIn = ({ messages }: ChatRequest): string => {
  const last = messages.at(-1);
  return last === undefined ? '' : textOf(last);
};

const passagesIn = ({ messages }: ChatRequest): readonly string[] => {
  const system = messages.map(textOf)[0] ?? '';
  return system.split(/^ID: \d+$/m).slice(1);
};
