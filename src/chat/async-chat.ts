/** The recipe of an answer, RAGFlow's `async_chat` re-created: every step is a file of its own, this one puts them in order. */
import type { Audience } from '../domain/audience.ts';
import type { ChatEvent, Timings, Usage } from '../domain/chat-event.ts';
import type { Dialog } from '../domain/dialog.ts';
import { BotError } from '../domain/errors.ts';
import type { Message } from '../domain/message.ts';
import { emptyReference, type Reference } from '../domain/reference.ts';
import type { ChatModelRequest } from '../ports/chat-model.ts';
import { buildPrompt, inputBudget } from './build-prompt.ts';
import { cleanHistory } from './clean-history.ts';
import { countDocuments } from './count-documents.ts';
import { decorateAnswer } from './decorate-answer.ts';
import { embedWithin } from './embed-within.ts';
import type { Ranking } from './fuse-candidates.ts';
import { type GenerateAnswerDeps, generateAnswer } from './generate-answer.ts';
import { needsRefining } from './needs-refining.ts';
import { neutralisePassage } from './neutralise-passage.ts';
import { knowledgeKey, promptValues } from './prompt-values.ts';
import { noContext, type QuestionContext, readableBy, unreadOf } from './question-context.ts';
import { refineQuestion } from './refine-question.ts';
import { citedNumbers, repairCitations } from './repair-citations.ts';
import { nothingFound, type RetrieveChunksDeps, retrieveChunks } from './retrieve-chunks.ts';
import { linksOf } from './safe-links.ts';
import { isSmallTalk } from './small-talk.ts';
import { unreadNote, withNote } from './unread-note.ts';

export interface AsyncChatDeps extends RetrieveChunksDeps, GenerateAnswerDeps {}

export interface AsyncChatOptions {
  /** Who can read the answer: decides which knowledge bases it may rest on. */
  readonly audience: Audience;
  readonly signal: AbortSignal;
  /** Values for the dialog's prompt parameters; `knowledge` is filled by retrieval. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** What stands around the question, while it is read; never rejects. Waited for where it is needed: by a question that leans on it, else by the prompt. */
  readonly context?: Promise<QuestionContext>;
  /** Nobody put the question to us: throws `answer_withheld` when no passage is found, before any model is asked, and when the model itself cites none. */
  readonly onlyIfKnown?: boolean;
}

/**
 * Answers the last message, which must be the user's (`last_message_not_user`). The messages before it are the history.
 *
 * Throws `parameter_missing`, `model_context_overflow`, `store_unavailable`, `answer_withheld`, the model's codes, and the signal's reason as soon as it aborts.
 * One embedding, one search, one model call; one more of each at most for follow-ups and for answers without citations.
 */
export type AsyncChat = (
  dialog: Dialog,
  messages: readonly Message[],
  options: AsyncChatOptions,
) => AsyncGenerator<ChatEvent, void>;

export const createAsyncChat = (deps: AsyncChatDeps): AsyncChat =>
  async function* asyncChat(dialog, messages, options) {
    const { audience, signal, parameters = {}, onlyIfKnown = false } = options;
    signal.throwIfAborted();
    const { clock, countTokens, model } = deps;
    const { prompt } = dialog;
    const startedAt = clock.monotonic();
    const question = lastQuestion(messages);
    const values = promptValues(prompt.parameters, parameters);
    const history = cleanHistory(messages.slice(0, -1));
    const retrieves = usesKnowledge(dialog) && !isSmallTalk(question);
    if (onlyIfKnown && !retrieves) throw new BotError('answer_withheld');
    const timings: { -readonly [Step in keyof Timings]?: Timings[Step] } = {};
    const spent: Usage[] = [];
    const isAlone = history.length === 0 && options.context === undefined;
    const leans = retrieves && prompt.refineMultiturn && !isAlone && needsRefining(question);

    try {
      let searchedFor = question;
      if (leans && model.quotesOnly !== true) {
        yield { type: 'status', phase: 'refining' };
        const begunAt = clock.monotonic();
        const context = await options.context;
        const asked = { question, history, ...(context !== undefined && { context }) };
        const refined = await refineQuestion(deps, { ...asked, signal });
        searchedFor = refined.question;
        if (refined.usage !== undefined) spent.push(refined.usage);
        timings.refineMs = clock.monotonic() - begunAt;
      }

      let found = nothingFound;
      if (retrieves) {
        yield { type: 'status', phase: 'retrieving' };
        const begunAt = clock.monotonic();
        found = await retrieveChunks(deps, { dialog, question: searchedFor, audience, signal });
        timings.retrieveMs = clock.monotonic() - begunAt;
      }
      const isNothing = found.ranked.length === 0;
      if (onlyIfKnown && isNothing) throw new BotError('answer_withheld');
      const context = readableBy(model, (await options.context) ?? noContext);
      signal.throwIfAborted();
      if (
        retrieves &&
        isNothing &&
        context.files.length === 0 &&
        prompt.emptyResponse.trim() !== ''
      ) {
        const answer = withNote(prompt.emptyResponse, unreadNote(context.unreadFiles));
        yield { type: 'delta', text: answer };
        yield {
          type: 'final',
          answer,
          reference: emptyReference,
          timings: { ...timings, totalMs: clock.monotonic() - startedAt },
          usage: addUsage(spent),
        };
        return;
      }

      const {
        messages: fitted,
        shownCount,
        omittedFiles,
      } = buildPrompt(
        {
          template: prompt.system,
          values,
          question,
          history,
          chunks: found.ranked.map(({ chunk }) => chunk),
          quote: prompt.quote,
          context,
        },
        { budgetTokens: inputBudget(model), countTokens },
      );
      const shown = { ranked: found.ranked.slice(0, shownCount), total: found.total };
      const reference = prompt.quote ? shownReference(shown) : emptyReference;
      yield { type: 'status', phase: 'generating', reference };

      const { text, unfinished, usage, firstTokenMs, generateMs } = yield* generateAnswer(deps, {
        request: modelRequest(fitted, {
          maxOutputTokens: model.maxOutputTokens,
          question: searchedFor,
          shown,
        }),
        allowedLinks: linksOf(shown.ranked.map(({ chunk }) => chunk)),
        signal,
      });
      if (onlyIfKnown && !cites(text, shown)) throw new BotError('answer_withheld');
      const decorated = await decorateAnswer(text, {
        quote: prompt.quote,
        shown,
        vectorSimilarityWeight: dialog.vectorSimilarityWeight,
        unfinished,
        embed: (texts) => embedWithin(deps, { texts, signal }),
      });
      const note = unreadNote(unreadOf(context, omittedFiles));
      if (note !== '') yield { type: 'delta', text: `\n\n${note}` };
      yield {
        type: 'final',
        answer: withNote(decorated.answer, note),
        reference: decorated.reference,
        timings: { ...timings, firstTokenMs, generateMs, totalMs: clock.monotonic() - startedAt },
        usage: addUsage([...spent, usage]),
        ...(unfinished === undefined ? {} : { unfinished }),
      };
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  };

const lastQuestion = (messages: readonly Message[]): string => {
  const last = messages.at(-1);
  if (last?.role !== 'user') throw new BotError('last_message_not_user');
  return last.content;
};

const usesKnowledge = (dialog: Dialog): boolean =>
  dialog.knowledgeBaseIds.length > 0 &&
  dialog.prompt.parameters.some(({ key }) => key === knowledgeKey);

/** Marks that we would put in ourselves prove nothing: they say what a sentence is like, not what it rests on. */
const cites = (text: string, { ranked }: Ranking): boolean =>
  citedNumbers(
    repairCitations(
      text,
      ranked.map(({ chunk }) => chunk),
    ),
  ).size > 0;

const shownReference = ({ ranked, total }: Ranking): Reference => {
  const chunks = ranked.map(({ chunk }) => chunk);
  return { total, chunks, documents: countDocuments(chunks, new Set()) };
};

const modelRequest = (
  messages: readonly Message[],
  options: { readonly maxOutputTokens: number; readonly question: string; readonly shown: Ranking },
): ChatModelRequest => {
  const { maxOutputTokens, question, shown } = options;
  if (shown.ranked.length === 0) return { messages, maxOutputTokens };
  const chunks = shown.ranked.map(({ chunk }) => ({
    ...chunk,
    text: neutralisePassage(chunk.text),
  }));
  return { messages, maxOutputTokens, grounding: { question, chunks } };
};

const addUsage = (usages: readonly Usage[]): Usage => ({
  promptTokens: usages.reduce((sum, { promptTokens }) => sum + promptTokens, 0),
  completionTokens: usages.reduce((sum, { completionTokens }) => sum + completionTokens, 0),
  estimated: usages.some(({ estimated }) => estimated),
});
