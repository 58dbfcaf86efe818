/** Runs the chat pipeline for one turn and hands its events to the reply and to the AnswerLog, until it ends or somebody stops it. */
import type { AsyncChat } from '../chat/async-chat.ts';
import type { FinalEvent } from '../domain/chat-event.ts';
import { BotError, type ErrorCode, errorTable, toBotError } from '../domain/errors.ts';
import { emptyReference } from '../domain/reference.ts';
import type { Turn } from '../domain/turn.ts';
import type { ConversationStore } from '../ports/conversation-store.ts';
import type { DialogStore } from '../ports/dialog-store.ts';
import type { StopSignal } from '../ports/stop-signal.ts';
import type { TurnStore } from '../ports/turn-store.ts';
import type { Delivery } from '../reply/deliver-answer.ts';
import type { AnswerWriter } from './answer-writer.ts';
import { buildMessages, maxHistoryTurns } from './build-messages.ts';
import type { HeldLease } from './hold-lease.ts';
import { type ReadContextDeps, readContext } from './read-context.ts';
import { watchTurn } from './watch-turn.ts';

export interface AnswerQuestionDeps extends ReadContextDeps {
  readonly conversations: ConversationStore;
  readonly turns: TurnStore;
  readonly dialogs: DialogStore;
  readonly asyncChat: AsyncChat;
  readonly stopSignal: StopSignal;
}

export type Outcome =
  | { readonly kind: 'answered'; readonly final: FinalEvent }
  | { readonly kind: 'failed'; readonly code: ErrorCode }
  /** The question is another one now: the answer begins anew. */
  | { readonly kind: 'edited' }
  /** The worker shuts down: another one begins anew, and the attempt does not count. */
  | { readonly kind: 'handed-over' };

/**
 * A stop keeps what came, as an answer with `unfinished: 'stopped'`; of a turn that nobody asked for nothing is kept (`answer_cancelled`). `failed` with
 * `reply_deleted` or `platform_forbidden` when the reply can't go on.
 * Throws `lease_lost`, and `store_unavailable` when the store stays away as long as the lease. When it resolves no platform call is in flight but one that reads.
 */
export const answerQuestion = async (
  deps: AnswerQuestionDeps,
  options: {
    readonly turn: Turn;
    readonly lease: HeldLease;
    readonly delivery: Delivery;
    readonly writer: AnswerWriter;
    /** Aborts with the reason why this answer can't go on; the caller's delivery aborts it too. */
    readonly stop: AbortController;
    readonly shutdown: AbortSignal;
  },
): Promise<Outcome> => {
  const { turn, lease, delivery, writer, stop, shutdown } = options;
  const startedAt = deps.clock.monotonic();
  let text = '';
  let reference = emptyReference;
  const stopWatching = watchTurn(deps, { turn, lease, stop });
  const ended = new AbortController();
  const signal = AbortSignal.any([lease.signal, stop.signal, shutdown]);
  const reading = AbortSignal.any([signal, ended.signal]);
  try {
    for await (const event of await lease.write(() => begin(deps, { turn, signal, reading }))) {
      signal.throwIfAborted();
      if (event.type === 'final') return { kind: 'answered', final: event };
      if (event.type === 'status') delivery.status(event.phase);
      if (event.type === 'status' && event.phase === 'generating') {
        reference = event.reference;
        delivery.rests(reference);
      }
      if (event.type === 'delta') {
        text += event.text;
        delivery.delta(event.text);
      }
      if (event.type !== 'status') writer.write(event);
    }
    throw new BotError('internal');
  } catch (error) {
    lease.signal.throwIfAborted();
    const reason = stop.signal.aborted ? toBotError(stop.signal.reason) : undefined;
    if (reason === undefined && shutdown.aborted) return { kind: 'handed-over' };
    const failure = reason ?? toBotError(error);
    // No fault of the question: whoever owns the turn when the store is back begins anew.
    if (failure.code === 'store_unavailable') throw failure;
    if (failure.code === 'question_edited') return { kind: 'edited' };
    if (failure.code !== 'answer_cancelled' || turn.unprompted === true) {
      const tell = errorTable[failure.code].level === 'info' ? 'info' : 'warn';
      deps.log[tell]('answer failed', {
        turnId: turn.id,
        code: failure.code,
        ...failure.details,
      });
      return { kind: 'failed', code: failure.code };
    }
    const totalMs = deps.clock.monotonic() - startedAt;
    const usage = { promptTokens: 0, completionTokens: 0, estimated: true };
    const final: FinalEvent = {
      type: 'final',
      answer: text,
      reference,
      timings: { totalMs },
      usage,
      unfinished: 'stopped',
    };
    return { kind: 'answered', final };
  } finally {
    stopWatching();
    ended.abort();
    await delivery.halt();
  }
};

/** What stands around the question is read while the conversation is loaded and searched for. */
const begin = async (
  deps: AnswerQuestionDeps,
  options: { readonly turn: Turn; readonly signal: AbortSignal; readonly reading: AbortSignal },
) => {
  const { turn, signal, reading } = options;
  const [conversation, turns] = await Promise.all([
    deps.conversations.getConversation(turn.conversationId),
    deps.turns.listTurns(turn.conversationId, { last: maxHistoryTurns }),
  ]);
  if (conversation === undefined) throw new BotError('conversation_not_found');
  const dialog = await deps.dialogs.getDialog(conversation.dialogId);
  if (dialog === undefined) throw new BotError('dialog_not_found');
  const context = readContext(deps, { turn, signal: reading });
  return deps.asyncChat(dialog, buildMessages(turns, turn), {
    audience: turn.audience,
    signal,
    ...(context !== undefined && { context }),
    ...(turn.unprompted === true && { onlyIfKnown: true }),
  });
};
