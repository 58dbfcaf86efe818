/** Delivers what is stored on a turn, an answer or the sentence of its error, and says how the turn ends. */
import type { FinalEvent } from '../domain/chat-event.ts';
import { type ErrorCode, noticeFor, toBotError } from '../domain/errors.ts';
import { emptyReference } from '../domain/reference.ts';
import type { Turn } from '../domain/turn.ts';
import type { Log } from '../ports/log.ts';
import type { TurnPatch } from '../ports/turn-work.ts';
import type { Delivery, FinalAnswer } from '../reply/deliver-answer.ts';
import type { AnswerWriter } from './answer-writer.ts';
import type { HeldLease } from './hold-lease.ts';

/**
 * Resolves with the turn's end, or undefined when the worker shuts down before it was delivered. Throws `lease_lost` and `store_unavailable`.
 */
export const deliverTurn = async (
  deps: { readonly log: Log },
  options: {
    readonly turn: Turn;
    readonly delivery: Delivery;
    readonly writer: AnswerWriter;
    readonly lease: HeldLease;
    readonly shutdown: AbortSignal;
  },
): Promise<TurnPatch | undefined> => {
  const { turn, delivery, writer } = options;
  writer.write(
    turn.error === undefined ? finalEventOf(turn) : { type: 'error', code: turn.error.code },
  );
  try {
    await putStored(turn, delivery);
    await writer.settled();
    return { state: endState(turn) };
  } catch (error) {
    options.lease.signal.throwIfAborted();
    if (options.shutdown.aborted) return undefined;
    const { code } = toBotError(error);
    if (code === 'lease_lost' || code === 'store_unavailable') throw error;
    deps.log.warn('answer not delivered', { turnId: turn.id, code });
    if (code === 'reply_deleted') return { state: 'cancelled' };
    if (turn.unprompted !== true) await tellAsker(deps, { turn, delivery, code });
    return { state: 'failed', error: { code } };
  }
};

/** Puts the answer, or the sentence of the turn's error; where nobody asked, no error is told. Throws what cannot be helped. */
export const putStored = async (turn: Turn, delivery: Delivery): Promise<void> => {
  const code = turn.error?.code;
  if (code === undefined) return delivery.finish(finalAnswerOf(turn));
  if (turn.unprompted === true) return;
  if (code === 'platform_forbidden') return delivery.noticePrivately(code);
  const sentence = noticeFor(code, turn.error);
  return sentence === '' ? undefined : delivery.notice(sentence);
};

/** Where the place refuses us, in private; where it refuses the text, a sentence stands there instead of half of it and a button that does nothing. */
const tellAsker = async (
  deps: { readonly log: Log },
  options: { readonly turn: Turn; readonly delivery: Delivery; readonly code: ErrorCode },
): Promise<void> => {
  const { turn, delivery, code } = options;
  try {
    if (code === 'platform_forbidden') await delivery.noticePrivately(code);
    if (code === 'platform_rejected') await delivery.notice(noticeFor(code));
  } catch (error) {
    deps.log.error('asker could not be told', { turnId: turn.id, code: toBotError(error).code });
  }
};

const endState = (turn: Turn): 'done' | 'failed' | 'cancelled' => {
  if (turn.error !== undefined) return isTakenBack(turn.error.code) ? 'cancelled' : 'failed';
  return turn.answer?.unfinished === 'stopped' ? 'cancelled' : 'done';
};

const isTakenBack = (code: ErrorCode): boolean =>
  code === 'reply_deleted' || code === 'answer_cancelled';

export const finalAnswerOf = (turn: Turn): FinalAnswer => ({
  text: turn.answer?.text ?? '',
  reference: turn.reference ?? emptyReference,
  ...(turn.answer?.unfinished !== undefined && { unfinished: turn.answer.unfinished }),
});

/** The final event as it was when the answer was stored: what late readers get. */
export const finalEventOf = (turn: Turn): FinalEvent => ({
  type: 'final',
  answer: turn.answer?.text ?? '',
  reference: turn.reference ?? emptyReference,
  timings: turn.timings ?? { totalMs: 0 },
  usage: turn.usage ?? { promptTokens: 0, completionTokens: 0, estimated: true },
  ...(turn.answer?.unfinished !== undefined && { unfinished: turn.answer.unfinished }),
});
