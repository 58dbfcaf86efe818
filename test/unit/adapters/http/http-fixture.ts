/** The API over memory, with a script in the worker's place. */
import type { Hono } from 'hono';
import type { HttpEnv } from '../../../../adapters/http/authenticate.ts';
import { createHttpApp, type HttpAppDeps } from '../../../../adapters/http/http-app.ts';
import { createCancelTurn } from '../../../../src/conversation/cancel-turn.ts';
import { createConversationService } from '../../../../src/conversation/conversation-service.ts';
import { createReceiveQuestion } from '../../../../src/conversation/receive-question.ts';
import type { AnswerEvent } from '../../../../src/domain/chat-event.ts';
import {
  asId,
  type ConversationId,
  type TurnId,
  type WorkerId,
} from '../../../../src/domain/ids.ts';
import type { Turn } from '../../../../src/domain/turn.ts';
import { httpTurnId } from '../../../../src/domain/turn-id.ts';
import { createMemoryAnswerLog } from '../../../../src/drivers/memory/memory-answer-log.ts';
import { createMemoryStopSignal } from '../../../../src/drivers/memory/memory-stop-signal.ts';
import {
  createMemoryStore,
  type MemoryStore,
} from '../../../../src/drivers/memory/memory-store.ts';
import type { AnswerLog } from '../../../../src/ports/answer-log.ts';
import type { TurnPatch } from '../../../../src/ports/turn-work.ts';
import { buildDialog, buildReference, buildScoredChunk } from '../../../fakes/build.ts';
import { createFakeClock, type FakeClock } from '../../../fakes/fake-clock.ts';
import { createRecordingLog, type RecordingLog } from '../../../fakes/recording-log.ts';

export const key = 'key-of-the-first-program';
export const otherKey = 'key-of-the-other-program';

export const conversationId: ConversationId = asId('0123456789abcdef0123456789abcdef');
export const prologue = "Hi! I'm your assistant. What can I do for you?";

export interface HttpFixture {
  readonly app: Hono<HttpEnv>;
  readonly store: MemoryStore;
  readonly clock: FakeClock;
  readonly log: RecordingLog;
  /** The conversations for which a worker was woken, in order. */
  readonly woken: readonly string[];
  /** The log that serves now; what was written to the one before is lost. */
  answerLog(): AnswerLog;
  loseAnswerLog(): void;
  /** Makes every call of the AnswerLog, or of the turns' store, fail until it is mended. */
  readonly faults: { answerLog?: Error | undefined; turns?: Error | undefined };
  call(
    path: string,
    options?: {
      readonly body?: unknown;
      readonly key?: string;
      readonly headers?: Record<string, string>;
      readonly signal?: AbortSignal;
    },
  ): Promise<Response>;
  /** The envelope of a call. */
  callJson: (...args: Parameters<HttpFixture['call']>) => Promise<Record<string, unknown>>;
  create(id?: ConversationId): Promise<void>;
  ask(messageId: string, text?: string): Promise<Response>;
  /** What a worker would do. */
  write(turnId: TurnId, ...events: readonly AnswerEvent[]): Promise<void>;
  patch(turnId: TurnId, patch: TurnPatch): Promise<Turn>;
}

export const turnIdOf = (messageId: string): TurnId => httpTurnId(conversationId, messageId);

export const reference = buildReference({
  chunks: [buildScoredChunk({ ordinal: 2, url: 'https://example.com/leave#days' })],
});

export const createHttpFixture = (
  options: { readonly apiKeys?: readonly string[]; readonly deps?: Partial<HttpAppDeps> } = {},
): HttpFixture => {
  const clock = createFakeClock();
  const store = createMemoryStore({ clock });
  const log = createRecordingLog();
  const woken: string[] = [];
  const queue = { wake: async (id: string) => void woken.push(id) };
  const faults: HttpFixture['faults'] = {};
  const dialogs = {
    listDialogs: async () => [buildDialog()],
    getDialog: async (id: string) => {
      const dialog = buildDialog();
      const found = id === dialog.id;
      return found ? { ...dialog, prompt: { ...dialog.prompt, prologue } } : undefined;
    },
    listKnowledgeBases: async () => [],
  };
  let answerLog = createMemoryAnswerLog({ clock });
  let made = 0;
  const newConversationId = (): ConversationId => {
    made += 1;
    return asId(made.toString(16).padStart(32, '0'));
  };
  const shared = {
    ...store,
    dialogs,
    queue,
    stopSignal: createMemoryStopSignal(),
    newConversationId,
    now: clock.now,
    log,
  };
  const app = createHttpApp({
    conversations: store.conversations,
    conversationService: createConversationService(shared),
    dialogs,
    turns: {
      ...store.turns,
      async getTurn(id) {
        if (faults.turns !== undefined) throw faults.turns;
        return store.turns.getTurn(id);
      },
    },
    answerLog: {
      async has(turnId) {
        if (faults.answerLog !== undefined) throw faults.answerLog;
        return answerLog.has(turnId);
      },
      async *read(turnId, readOptions) {
        if (faults.answerLog !== undefined) throw faults.answerLog;
        for await (const entry of answerLog.read(turnId, readOptions)) {
          if (faults.answerLog !== undefined) throw faults.answerLog;
          yield entry;
        }
      },
    },
    receiveQuestion: createReceiveQuestion(shared),
    cancelTurn: createCancelTurn(shared),
    newMessageId: () => 'made-by-the-server',
    checkReadiness: async () => ({ ready: true, parts: { store: true } }),
    metrics: { contentType: 'text/plain', render: async () => 'a_metric 1\n' },
    apiKeys: options.apiKeys ?? [key, otherKey],
    clock,
    log,
    ...options.deps,
  });

  const call: HttpFixture['call'] = async (path, { body, headers, signal, ...rest } = {}) =>
    app.request(
      path,
      {
        headers: { authorization: `Bearer ${rest.key ?? key}`, ...headers },
        ...(body !== undefined && {
          method: 'POST',
          body: typeof body === 'string' ? body : JSON.stringify(body),
        }),
      },
      { remoteAddress: '127.0.0.1', ...(signal !== undefined && { signal }) },
    );

  return {
    app,
    store,
    clock,
    log,
    woken,
    faults,
    answerLog: () => answerLog,
    loseAnswerLog() {
      const lost = answerLog;
      answerLog = createMemoryAnswerLog({ clock });
      void lost.close();
    },
    call,
    async callJson(...args) {
      return (await call(...args)).json() as Promise<Record<string, unknown>>;
    },
    async create(id = conversationId) {
      await call('/v1/conversation/set', { body: { conversation_id: id, is_new: true } });
    },
    ask: (messageId, text = 'How many days?') =>
      call('/v1/conversation/completion', {
        body: {
          conversation_id: conversationId,
          messages: [{ role: 'user', content: text, id: messageId }],
        },
      }),
    async write(turnId, ...events) {
      for (const event of events) await answerLog.append(turnId, event);
    },
    async patch(turnId, patch) {
      const turn = await store.turns.getTurn(turnId);
      if (turn === undefined) throw new Error('there is no such turn');
      const lease = { owner: asId<WorkerId>('script'), leaseMs: 0 };
      const fence = (await store.leases.acquireLease(turn.conversationId, lease)) ?? 0;
      await store.work.claimTurn(turn.conversationId, fence);
      const patched = await store.work.updateTurn(turnId, fence, patch);
      if (patched === undefined) throw new Error('the turn was not the oldest open one');
      return patched;
    },
  };
};

export const reset = (attempt = 1): AnswerEvent => ({ type: 'reset', attempt });
export const delta = (text: string): AnswerEvent => ({ type: 'delta', text });
export const reasoning = (text: string): AnswerEvent => ({ type: 'reasoning', text });
export const final = (answer: string): AnswerEvent => ({
  type: 'final',
  answer,
  reference,
  timings: { totalMs: 12 },
  usage: { promptTokens: 10, completionTokens: 3, estimated: false },
});
