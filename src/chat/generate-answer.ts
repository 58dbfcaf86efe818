/** Asks the model and turns its stream into what readers may see: reasoning apart, no tags, no foreign links. */
import type { ChatEvent, Unfinished, Usage } from '../domain/chat-event.ts';
import { BotError } from '../domain/errors.ts';
import type { ChatModel, ChatModelRequest } from '../ports/chat-model.ts';
import type { Clock } from '../ports/clock.ts';
import type { CountTokens } from '../ports/count-tokens.ts';
import { createThinkParser, type ThinkPiece } from './parse-think.ts';
import { createLinkFilter } from './safe-links.ts';

export interface GenerateAnswerDeps {
  readonly model: ChatModel;
  readonly countTokens: CountTokens;
  readonly clock: Clock;
}

export interface Generated {
  /** As the model wrote it, without reasoning and without blanks before the first word; links are not yet checked. Never empty. */
  readonly text: string;
  readonly unfinished: Unfinished | undefined;
  readonly usage: Usage;
  readonly firstTokenMs: number;
  readonly generateMs: number;
}

/**
 * Yields reasoning and deltas as they come. Throws the model's codes; a stream that ends without any visible text is `model_refused` (filtered),
 * `model_stalled` or `model_protocol_invalid`.
 */
export async function* generateAnswer(
  { model, countTokens, clock }: GenerateAnswerDeps,
  options: {
    readonly request: ChatModelRequest;
    /** Addresses that deltas may link to. */
    readonly allowedLinks: ReadonlySet<string>;
    readonly signal: AbortSignal;
  },
): AsyncGenerator<ChatEvent, Generated> {
  const { request, allowedLinks, signal } = options;
  const startedAt = clock.monotonic();
  const thinking = createThinkParser();
  const links = createLinkFilter(allowedLinks);
  const thoughtLinks = createLinkFilter(allowedLinks);
  let text = '';
  let reasoning = '';
  let firstTokenMs = 0;
  let usage: Usage | undefined;
  let finish: 'stop' | 'length' | 'content_filter' | 'stalled' = 'stalled';

  const show = (pieces: readonly ThinkPiece[]): ChatEvent[] =>
    pieces.flatMap((piece): ChatEvent[] => {
      if (piece.type === 'reasoning') {
        reasoning += piece.text;
        return toEvents('reasoning', thoughtLinks.push(piece.text));
      }
      const visible = text === '' ? piece.text.trimStart() : piece.text;
      if (visible === '') return [];
      if (text === '') firstTokenMs = clock.monotonic() - startedAt;
      text += visible;
      return [
        ...toEvents('reasoning', thoughtLinks.end()),
        ...toEvents('delta', links.push(visible)),
      ];
    });

  for await (const event of model.stream(request, { signal })) {
    signal.throwIfAborted();
    if (event.type === 'text') yield* show(thinking.push(event.text));
    else if (event.type === 'reasoning') yield* show([event]);
    else if (event.type === 'finish') finish = event.reason;
    else usage = { ...tokensOf(event), estimated: false };
  }
  yield* show(thinking.end());
  yield* toEvents('reasoning', thoughtLinks.end());
  yield* toEvents('delta', links.end());

  if (text === '') throw emptyAnswer(finish);
  return {
    text,
    unfinished: finish === 'stop' ? undefined : finish,
    usage: usage ?? {
      promptTokens: request.messages.reduce((sum, { content }) => sum + countTokens(content), 0),
      completionTokens: countTokens(reasoning) + countTokens(text),
      estimated: true,
    },
    firstTokenMs,
    generateMs: clock.monotonic() - startedAt,
  };
}

const toEvents = (type: 'delta' | 'reasoning', text: string): ChatEvent[] =>
  text === '' ? [] : [{ type, text }];

const tokensOf = ({
  promptTokens,
  completionTokens,
}: {
  readonly promptTokens: number;
  readonly completionTokens: number;
}) => ({ promptTokens, completionTokens });

const emptyAnswer = (finish: Unfinished | 'stop'): BotError => {
  if (finish === 'content_filter') return new BotError('model_refused');
  if (finish === 'stalled') return new BotError('model_stalled');
  return new BotError('model_protocol_invalid', { details: { finish } });
};
