/** A language model that says what a test tells it to, and keeps what it was asked. */
import { BotError, type ErrorCode } from '../../src/domain/errors.ts';
import type { ChatModel, ChatModelEvent, ChatModelRequest } from '../../src/ports/chat-model.ts';

/** Text pieces, or whole events; without a `finish` one with `stop` is added. */
export type FakeReply = readonly (string | ChatModelEvent)[];

export interface FakeChatModel extends ChatModel {
  /** Every request in order. */
  readonly requests: readonly ChatModelRequest[];
  /** How many streams are open. */
  readonly open: number;
  /** The next calls answer so, one reply each; without one left it answers `ok`. */
  reply(...replies: readonly FakeReply[]): void;
  /** The next call without a reply throws this code before its first text. */
  failNext(code: ErrorCode): void;
  /** The next call, after its reply's events, stays silent until its signal aborts. */
  hangNext(): void;
}

export const createFakeChatModel = (
  limits: { readonly contextTokens?: number; readonly maxOutputTokens?: number } = {},
): FakeChatModel => {
  const requests: ChatModelRequest[] = [];
  const replies: FakeReply[] = [];
  let failure: ErrorCode | undefined;
  let hanging = false;
  let open = 0;

  const silence = (signal: AbortSignal): Promise<never> =>
    new Promise((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });

  return {
    name: 'fake',
    contextTokens: limits.contextTokens ?? 8_192,
    maxOutputTokens: limits.maxOutputTokens ?? 1_024,
    requests,
    get open() {
      return open;
    },
    reply: (...next) => {
      replies.push(...next);
    },
    failNext: (code) => {
      failure = code;
    },
    hangNext: () => {
      hanging = true;
    },
    async *stream(request, { signal }) {
      signal.throwIfAborted();
      requests.push(request);
      const hangs = hanging;
      hanging = false;
      const code = failure;
      failure = undefined;
      if (code !== undefined) throw new BotError(code);
      open += 1;
      try {
        const reply = replies.shift() ?? (hangs ? [] : ['ok']);
        for (const each of reply) {
          signal.throwIfAborted();
          yield typeof each === 'string' ? { type: 'text', text: each } : each;
        }
        if (hangs) await silence(signal);
        const last = reply.at(-1);
        if (typeof last !== 'object' || last.type !== 'finish')
          yield { type: 'finish', reason: 'stop' };
      } finally {
        open -= 1;
      }
    },
  };
};
