/** Makes a conversation fit the model. */
import type { Message } from '../domain/message.ts';
import type { CountTokens } from '../ports/count-tokens.ts';
import { cutToTokens } from './cut-to-tokens.ts';

export interface FitOptions {
  readonly budgetTokens: number;
  /** What the endpoint's chat format adds to each message. */
  readonly overheadTokens: number;
  readonly countTokens: CountTokens;
}

/**
 * Drops the oldest exchange (a question with what followed it) until the rest fits. When only system and question are left and still too much, the last
 * resort is RAGFlow's cut: the system message if it is more than 80 % of the two, else the question.
 *
 * @param messages System first, the question last.
 * @see reference golden vectors `message_fit_in`, the newer column
 */
export const fitMessages = (
  messages: readonly Message[],
  options: FitOptions,
): readonly Message[] => {
  const sizes = messages.map(
    (message) => options.countTokens(message.content) + options.overheadTokens,
  );
  let total = sizes.reduce((sum, size) => sum + size, 0);
  let from = 1;
  while (total > options.budgetTokens && from < messages.length - 1) {
    do {
      total -= sizes[from] ?? 0;
      from += 1;
    } while (from < messages.length - 1 && messages[from]?.role !== 'user');
  }
  const kept = [...messages.slice(0, 1), ...messages.slice(from)];
  return total <= options.budgetTokens ? kept : cutLongest(kept, options);
};

const cutLongest = (messages: readonly Message[], options: FitOptions): readonly Message[] => {
  const [system, last] = messages;
  if (system === undefined || last === undefined) return messages;
  const room = options.budgetTokens - 2 * options.overheadTokens;
  const systemTokens = options.countTokens(system.content);
  const lastTokens = options.countTokens(last.content);
  const cut = (message: Message, maxTokens: number): Message => ({
    ...message,
    content: cutToTokens(message.content, { maxTokens, countTokens: options.countTokens }),
  });
  return systemTokens > 0.8 * (systemTokens + lastTokens)
    ? [cut(system, room - lastTokens), last]
    : [system, cut(last, room - systemTokens)];
};
