/** Follows a turn's answer to its end: from the AnswerLog while it has it, else from the stored turn. */
import { finalEventOf } from '../../src/conversation/deliver-turn.ts';
import { BotError, toBotError } from '../../src/domain/errors.ts';
import type { TurnId } from '../../src/domain/ids.ts';
import { isEnded, type Turn } from '../../src/domain/turn.ts';
import type { AnswerLog, AnswerLogEntry } from '../../src/ports/answer-log.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import type { TurnStore } from '../../src/ports/turn-store.ts';
import { markSilence, silence } from './mark-silence.ts';

export interface FollowAnswerDeps {
  readonly answerLog: Pick<AnswerLog, 'read' | 'has'>;
  readonly turns: Pick<TurnStore, 'getTurn'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** After this long without an entry the stored turn is looked at: the log may have been lost together with the answer's end. */
const lookMs = 15_000;
/** Between two tries while the turn goes on and its log is lost or away. */
const retryMs = 1_000;

/**
 * Ends after a `final` or `error`, or when the signal aborts; until then it waits, through outages of log and store. When entries come again that
 * came before, a `reset` stands before them: a reader that obeys it has every word once. Throws what does not pass, like `conversation_not_found`.
 *
 * @param options.after The entry that the reader has had last; from the first when undefined.
 */
export async function* followAnswer(
  deps: FollowAnswerDeps,
  turnId: TurnId,
  options: { readonly after: string | undefined; readonly signal: AbortSignal },
): AsyncGenerator<AnswerLogEntry> {
  const { signal } = options;
  const bear = createBear(deps.log, turnId);
  let after = options.after;
  while (!signal.aborted) {
    try {
      for await (const entry of readLog(deps, turnId, { after, signal })) {
        yield entry;
        if (entry.event.type === 'final' || entry.event.type === 'error') return;
        after = entry.id;
      }
      after = undefined;
    } catch (error) {
      bear(error);
    }
    if (signal.aborted) return;
    try {
      const turn = await getTurn(deps, turnId);
      if (isSettled(turn)) return yield* storedEntries(turn);
    } catch (error) {
      bear(error);
    }
    // Rejects only when the signal aborts, which ends the loop.
    await deps.clock.sleep(retryMs, { signal }).catch(() => undefined);
  }
}

/** Ends without a last entry when the log has lost the turn, or the turn ended without the log. */
async function* readLog(
  deps: FollowAnswerDeps,
  turnId: TurnId,
  options: { readonly after: string | undefined; readonly signal: AbortSignal },
): AsyncGenerator<AnswerLogEntry> {
  const { after } = options;
  const over = async () => isSettled(await getTurn(deps, turnId));
  if (after === undefined && !(await deps.answerLog.has(turnId)) && (await over())) return;
  const left = new AbortController();
  const signal = AbortSignal.any([options.signal, left.signal]);
  const entries = deps.answerLog.read(turnId, { ...(after !== undefined && { after }), signal });
  try {
    for await (const entry of markSilence(entries, { clock: deps.clock, silenceMs: lookMs })) {
      if (entry !== silence) yield entry;
      else if (await over()) return;
    }
  } finally {
    left.abort();
  }
}

const getTurn = async ({ turns }: FollowAnswerDeps, turnId: TurnId): Promise<Turn> => {
  const turn = await turns.getTurn(turnId);
  if (turn === undefined) throw new BotError('conversation_not_found');
  return turn;
};

/** Whether all that there will be is stored. */
const isSettled = ({ state }: Turn): boolean => state === 'answered' || isEnded(state);

/** What the log would have ended with. No log knows these ids, so that coming back with one begins anew. */
const storedEntries = (turn: Turn): readonly AnswerLogEntry[] => {
  if (turn.answer === undefined) {
    const code = turn.error?.code ?? (turn.state === 'cancelled' ? 'answer_cancelled' : 'internal');
    return [{ id: 'stored-1', event: { type: 'error', code } }];
  }
  return [
    { id: 'stored-1', event: { type: 'reset', attempt: turn.attempt } },
    { id: 'stored-2', event: { type: 'delta', text: turn.answer.text } },
    { id: 'stored-3', event: finalEventOf(turn) },
  ];
};

/** Rethrows what trying again can't mend; the rest is said once per reader. */
const createBear = (log: Log, turnId: TurnId) => {
  let said = false;
  return (error: unknown): void => {
    const { code, retryable } = toBotError(error);
    if (!retryable) throw error;
    if (!said) log.warn('answer can not be followed, tried again', { turnId, code });
    said = true;
  };
};
