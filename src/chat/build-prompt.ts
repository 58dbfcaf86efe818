/** Puts instructions, passages, history and question together so that they fit the model. */
import type { Chunk } from '../domain/chunk.ts';
import { BotError } from '../domain/errors.ts';
import type { Message } from '../domain/message.ts';
import type { CountTokens } from '../ports/count-tokens.ts';
import {
  citationInstruction,
  citationReminder,
  citationReminderWithFiles,
} from './citation-prompt.ts';
import { fillTemplate } from './fill-template.ts';
import { fitContext } from './fit-context.ts';
import { fitMessages } from './fit-messages.ts';
import { knowledgeKey } from './prompt-values.ts';
import { noContext, type QuestionContext } from './question-context.ts';
import { renderPassage } from './render-passage.ts';

export interface PromptRequest {
  readonly template: string;
  /** Of every parameter but `knowledge`. */
  readonly values: ReadonlyMap<string, string>;
  readonly question: string;
  /** Cleaned; starts with a question or is empty. */
  readonly history: readonly Message[];
  /** Best first. */
  readonly chunks: readonly Chunk[];
  readonly quote: boolean;
  /** Absent: nothing stands around the question. */
  readonly context?: QuestionContext;
}

export interface Prompt {
  readonly messages: readonly Message[];
  /** How many of the chunks the model sees, from the first. */
  readonly shownCount: number;
  /** Names of files of the question that had no room. */
  readonly omittedFiles: readonly string[];
}

export interface PromptBudget {
  readonly budgetTokens: number;
  readonly countTokens: CountTokens;
}

/** A token is at least one byte, and a UTF-16 unit at most three bytes. */
const mostTokensPerUnit = 3;
/** The blank lines between the parts of a message, and what `fitContext` says where there is nothing. */
const bordersTokens = 64;
const mostTokens: CountTokens = (text) => mostTokensPerUnit * text.length;

/** What chat formats add to a message, rounded up (OpenAI: 3 and 1 for the role). */
const overheadTokens = 4;

/** The input may take 95 % of the context, and leaves room for the whole output. */
export const inputBudget = (model: {
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
}): number =>
  Math.min(Math.floor(0.95 * model.contextTokens), model.contextTokens - model.maxOutputTokens);

/**
 * Passages get what system message and question leave, then what stands around the question, and history what is left at last. Throws `model_context_overflow` when the question alone is too much,
 * or when passages were found and not even the first fits: an answer would rest on nothing.
 */
export const buildPrompt = (request: PromptRequest, budget: PromptBudget): Prompt => {
  const { budgetTokens } = budget;
  const countTokens = fitsUncounted(request, budget) ? mostTokens : budget.countTokens;
  const quoting = request.quote && request.chunks.length > 0;
  const { context = noContext } = request;
  const rules = context.files.length > 0 ? citationReminderWithFiles : citationReminder;
  const reminder = quoting ? `\n\n${rules}` : '';
  const withReminder = request.question + reminder;
  const size = (text: string): number => countTokens(text) + overheadTokens;

  const room = budgetTokens - size(withReminder);
  if (room < 0) throw new BotError('model_context_overflow');
  const systemWith = (knowledge: readonly string[]): string =>
    renderSystem(request, { knowledge: knowledge.join(''), quoting });
  const passages = request.chunks.map(renderPassage);
  const shown = fitting(passages, { budgetTokens: room - size(systemWith([])), countTokens });
  while (shown.length > 0 && size(systemWith(shown)) > room) shown.pop();
  if (passages.length > 0 && shown.length === 0) throw new BotError('model_context_overflow');

  const system = systemWith(shown);
  const around = fitContext(context, { maxTokens: room - size(system), countTokens });
  const fitted = fitMessages(
    [
      { role: 'system', content: system },
      ...request.history,
      { role: 'user', content: around.text + request.question },
    ],
    { budgetTokens: budgetTokens - countTokens(reminder), overheadTokens, countTokens },
  );
  const messages = fitted.map((message, index) =>
    index === fitted.length - 1 ? { ...message, content: message.content + reminder } : message,
  );
  return { messages, shownCount: shown.length, omittedFiles: around.omittedFiles };
};

/** Counting a prompt takes 3 ms, and most fit their model many times over: whatever is not counted then is bounded, with the same result. */
const fitsUncounted = (request: PromptRequest, { budgetTokens }: PromptBudget): boolean => {
  const { template, values, question, history, chunks, context = noContext } = request;
  if (context.thread.length > 0 || context.files.length > 0) return false;
  const texts = [
    ...[template, ...values.values(), question, citationInstruction, citationReminder],
    ...chunks.map(renderPassage),
    ...history.map(({ content }) => content),
  ];
  const bounds = texts.map((text) => mostTokens(text) + overheadTokens + bordersTokens);
  return bounds.reduce((sum, bound) => sum + bound, 0) <= budgetTokens;
};

/** The passages before the one that crosses the budget, each counted once. Joined they may count a token more. */
const fitting = (
  passages: readonly string[],
  { budgetTokens, countTokens }: PromptBudget,
): string[] => {
  let left = budgetTokens;
  const crossing = passages.findIndex((passage) => {
    left -= countTokens(passage);
    return left < 0;
  });
  return crossing < 0 ? [...passages] : passages.slice(0, crossing);
};

/** The passages stand where the template names them, else behind it: an answer that ignores them would be worse than a prompt in another order. */
const renderSystem = (
  { template, values }: PromptRequest,
  { knowledge, quoting }: { readonly knowledge: string; readonly quoting: boolean },
): string => {
  const filled = fillTemplate(template, new Map([...values, [knowledgeKey, knowledge]]));
  const named = template.includes(`{${knowledgeKey}}`);
  return [filled, named ? '' : knowledge, quoting ? citationInstruction : '']
    .filter((part) => part !== '')
    .join('\n\n');
};
