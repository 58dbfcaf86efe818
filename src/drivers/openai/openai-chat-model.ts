/** A chat model behind any endpoint that speaks OpenAI's protocol: OpenAI, vLLM, Ollama, LM Studio, llama.cpp and others. */
import { BotError } from '../../domain/errors.ts';
import type { ChatModel, ChatModelEvent, ChatModelRequest } from '../../ports/chat-model.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { joinTexts, readChunks, readFinishReason } from './completion-chunk.ts';
import { createOpenStream } from './open-stream.ts';
import { createOpenAiClient, type OpenAiEndpoint } from './openai-client.ts';
import { createRetries } from './retries.ts';
import { translateError } from './translate-error.ts';
import { createCumulativeUnfolder } from './unfold-cumulative.ts';
import { startWatchdog, type Watchdog } from './watchdog.ts';

/** When a stream is given up. Reasoning counts as coming, comments and empty chunks do not. */
export interface StallLimits {
  /** From a try's beginning to its first piece; 60 s: large prompts on small machines. */
  readonly firstTokenMs: number;
  /** Between two pieces; 30 s. */
  readonly silenceMs: number;
  /** All tries together; 5 min. */
  readonly totalMs: number;
}

const defaultLimits = {
  firstTokenMs: 60_000,
  silenceMs: 30_000,
  totalMs: 300_000,
} as const satisfies StallLimits;

/** After the finish reason only the usage can come: a server that keeps the connection open then does not hold the answer up. */
const settleMs = 2_000;

export interface OpenAiChatModelDeps extends OpenAiEndpoint {
  readonly model: string;
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
  /** 0 to 2; absent: not sent. */
  readonly temperature?: number;
  readonly limits?: Partial<StallLimits>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Opens no connection before the first call. */
export const createOpenAiChatModel = (deps: OpenAiChatModelDeps): ChatModel => {
  const { clock, log, model, contextTokens, maxOutputTokens } = deps;
  const limits = { ...defaultLimits, ...deps.limits };
  const openStream = createOpenStream({ ...deps, client: createOpenAiClient(deps) });

  async function* streamOnce(
    request: ChatModelRequest,
    options: { readonly watchdog: Watchdog; readonly signal: AbortSignal },
  ): AsyncGenerator<ChatModelEvent> {
    const { watchdog, signal } = options;
    const either = AbortSignal.any([signal, watchdog.signal]);
    const unfolder = createCumulativeUnfolder();
    let hasText = false;
    let finish: ReturnType<typeof readFinishReason> | undefined;
    let usage: Extract<ChatModelEvent, { type: 'usage' }> | undefined;
    try {
      for await (const batch of await openStream(request, { signal: either })) {
        const { chunks, failure } = readChunks(batch);
        const texts = joinTexts(chunks, unfolder);
        if (chunks.some(({ text, reasoning }) => text !== '' || reasoning !== ''))
          watchdog.expectWithin(limits.silenceMs);
        for (const event of texts) {
          hasText ||= event.type === 'text';
          yield event;
        }
        for (const chunk of chunks) {
          if (chunk.usage) usage = { type: 'usage', ...chunk.usage };
          if (chunk.finishReason === undefined) continue;
          finish = readFinishReason(chunk.finishReason);
          watchdog.expectWithin(settleMs);
        }
        if (failure !== undefined) throw failure;
      }
      if (finish === undefined) {
        throw new BotError(watchdog.signal.aborted ? 'model_stalled' : 'model_protocol_invalid');
      }
    } catch (error) {
      signal.throwIfAborted();
      if (finish === undefined) {
        const translated = watchdog.signal.aborted
          ? new BotError('model_stalled')
          : translateError(error, { nowMs: clock.now() });
        if (!hasText) throw translated;
        log.warn('the model broke off in mid-answer', { code: translated.code });
        finish = 'stalled';
      }
    } finally {
      watchdog.stop();
    }
    const held = unfolder.end();
    if (held !== '') yield { type: 'text', text: held };
    if (usage) yield usage;
    yield { type: 'finish', reason: finish };
  }

  return {
    name: model,
    contextTokens,
    maxOutputTokens,

    async *stream(request, { signal }) {
      const retries = createRetries({ clock });
      const endsAtMs = clock.monotonic() + limits.totalMs;
      for (;;) {
        signal.throwIfAborted();
        let hasBegun = false;
        try {
          const watchdog = startWatchdog(clock, { firstMs: limits.firstTokenMs, endsAtMs });
          for await (const event of streamOnce(request, { watchdog, signal })) {
            hasBegun = true;
            yield event;
          }
          return;
        } catch (error) {
          if (hasBegun || !(error instanceof BotError)) throw error;
          await retries.waitAfter(error, { signal });
        }
      }
    },
  };
};
