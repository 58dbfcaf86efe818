/** Runs the chat pipeline for one turn and hands its events to the reply and to the AnswerLog, until it ends or somebody stops it. */
import type { AsyncChat } from '../chat/async-chat.ts';
import type { FinalEvent } from '../domain/chat-event.ts';
import { BotError, type ErrorCode, toBotError } from '../domain/errors.ts';
import { emptyReference } from '../domain/reference.ts';
import type { Turn } from '../domain/turn.ts';
import type { Clock } from '../ports/clock.ts';
import type { ConversationStore } from '../ports/conversation-store.ts';
import type { DialogStore } from '../ports/dialog-store.ts';
import type { Log } from '../ports/log.ts';
import type { StopSignal } from '../ports/stop-signal.ts';
import type { TurnStore } from '../ports/turn-store.ts';
import type { Delivery } from '../reply/deliver-answer.ts';
import type { AnswerWriter } from './answer-writer.ts';
import { buildMessages, maxHistoryTurns } from './build-messages.ts';
import type { HeldLease } from './hold-lease.ts';

export interface AnswerQuestionDeps {
  readonly conversations: ConversationStore;
  readonly turns: TurnStore;
  readonly dialogs: DialogStore;
  readonly asyncChat: AsyncChat;
  readonly stopSignal: StopSignal;
  readonly clock: Clock;
  readonly log: Log;
}

export type Outcome =
  | { readonly kind: 'answered'; readonly final: FinalEvent }
  | { readonly kind: 'failed'; readonly code: ErrorCode }
  /** The worker shuts down: another one begins anew, and the attempt does not count. */
  | { readonly kind: 'handed-over' };

/**
 * A stop keeps what came, as an answer with `unfinished: 'stopped'`. `failed` with `reply_deleted` or `platform_forbidden` when the reply can't go on.
 * Throws `lease_lost`, and `store_unavailable` when the store stays away as long as the lease. When it resolves no platform call is in flight.
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
  const stopWatching = watchCancel(deps, { turn, lease, stop });
  const signal = AbortSignal.any([lease.signal, stop.signal, shutdown]);
  try {
    for await (const event of await lease.write(() => begin(deps, turn, signal))) {
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
    if (failure.code !== 'answer_cancelled') {
      deps.log.warn('answer failed', { turnId: turn.id, code: failure.code, ...failure.details });
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
    await delivery.halt();
  }
};

const begin = async (deps: AnswerQuestionDeps, turn: Turn, signal: AbortSignal) => {
  const [conversation, turns] = await Promise.all([
    deps.conversations.getConversation(turn.conversationId),
    deps.turns.listTurns(turn.conversationId, { last: maxHistoryTurns }),
  ]);
  if (conversation === undefined) throw new BotError('conversation_not_found');
  const dialog = await deps.dialogs.getDialog(conversation.dialogId);
  if (dialog === undefined) throw new BotError('dialog_not_found');
  return deps.asyncChat(dialog, buildMessages(turns, turn), { audience: turn.audience, signal });
};

/** Stops the answer when the turn is cancelled: at once when told so, else at the lease's next renewal. */
const watchCancel = (
  deps: Pick<AnswerQuestionDeps, 'turns' | 'stopSignal' | 'log'>,
  options: { readonly turn: Turn; readonly lease: HeldLease; readonly stop: AbortController },
): (() => void) => {
  const { turn, lease, stop } = options;
  const cancel = () => stop.abort(new BotError('answer_cancelled'));
  const look = async () => {
    const now = await deps.turns.getTurn(turn.id);
    if (now?.cancelRequestedAt !== undefined) cancel();
  };
  const unsubscribe = deps.stopSignal.subscribe((id) => {
    if (id === turn.id) cancel();
  });
  const off = lease.onRenewed(() => {
    look().catch((error: unknown) =>
      deps.log.warn('cancel not looked up', { turnId: turn.id, code: toBotError(error).code }),
    );
  });
  return () => {
    unsubscribe();
    off();
  };
};
