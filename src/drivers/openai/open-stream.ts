/** Asks for a streamed completion in the words that this server knows, and remembers them. */
import type OpenAI from 'openai';
import type { ChatModelRequest } from '../../ports/chat-model.ts';
import { type EventBatch, readEvents } from './read-events.ts';
import { isUnknownParameter } from './translate-error.ts';

export interface OpenStreamDeps {
  readonly client: OpenAI;
  readonly model: string;
  /** Absent: not sent; newer models refuse it. */
  readonly temperature?: number;
}

/** Where servers differ. */
interface Dialect {
  /** Old servers refuse `stream_options`; their usage is then not known. */
  readonly asksUsage: boolean;
  /**
   * `max_tokens` first: every server knows it or, as OpenAI's newer models, refuses it by name. The other way round fails in silence: servers that do not
   * know `max_completion_tokens` ignore it and write without a limit.
   */
  readonly outputLimit: 'max_tokens' | 'max_completion_tokens';
}

export type OpenStream = (
  request: ChatModelRequest,
  options: { readonly signal: AbortSignal },
) => Promise<AsyncIterable<EventBatch>>;

/** Asks again, at most twice, when the server refuses a parameter by name; so only the first call of a process pays. Throws the SDK's errors. */
export const createOpenStream = ({ client, model, temperature }: OpenStreamDeps): OpenStream => {
  let known: Dialect = { asksUsage: true, outputLimit: 'max_tokens' };

  const ask = (
    request: ChatModelRequest,
    { dialect, signal }: { readonly dialect: Dialect; readonly signal: AbortSignal },
  ): Promise<Response> =>
    client.chat.completions
      .create(
        {
          model,
          messages: request.messages.map(({ role, content }) => ({ role, content })),
          stream: true,
          [dialect.outputLimit]: request.maxOutputTokens,
          ...(dialect.asksUsage ? { stream_options: { include_usage: true } } : {}),
          ...(temperature === undefined ? {} : { temperature }),
        },
        { signal },
      )
      .asResponse();

  return async (request, { signal }) => {
    const tried = new Set<string>();
    for (let dialect = known; ; ) {
      tried.add(JSON.stringify(dialect));
      try {
        const response = await ask(request, { dialect, signal });
        known = dialect;
        return readEvents(response);
      } catch (error) {
        const next = dialectAfter(error, dialect);
        if (next === undefined || tried.has(JSON.stringify(next))) throw error;
        dialect = next;
      }
    }
  };
};

/** Undefined when the error is about something else. */
const dialectAfter = (error: unknown, dialect: Dialect): Dialect | undefined => {
  if (dialect.asksUsage && isUnknownParameter(error, 'stream_options'))
    return { ...dialect, asksUsage: false };
  if (!isUnknownParameter(error, dialect.outputLimit)) return undefined;
  const outputLimit = dialect.outputLimit === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
  return { ...dialect, outputLimit };
};
