/** The AnswerLog within one process. */
import type { AnswerEvent } from '../../domain/chat-event.ts';
import type { TurnId } from '../../domain/ids.ts';
import type { AnswerLog, AnswerLogEntry } from '../../ports/answer-log.ts';
import type { Clock } from '../../ports/clock.ts';

interface TurnEntries {
  readonly entries: AnswerLogEntry[];
  expiresAtMs: number;
}

const keptAfterEndMs = 60 * 60_000;
/** An answer that nobody ends must not stay for ever. */
const keptWhileOpenMs = 24 * 60 * 60_000;

const endsAnswer = ({ type }: AnswerEvent): boolean => type === 'final' || type === 'error';

/** Ids begin with the time of this call, so that an id of an earlier start is unknown. */
export const createMemoryAnswerLog = ({ clock }: { readonly clock: Clock }): AnswerLog => {
  const startedAtMs = clock.now();
  const turns = new Map<TurnId, TurnEntries>();
  const waiting = new Map<TurnId, (() => void)[]>();
  let entryCount = 0;
  let closed = false;

  const find = (turnId: TurnId): TurnEntries | undefined => {
    const turn = turns.get(turnId);
    if (turn === undefined || turn.expiresAtMs > clock.monotonic()) return turn;
    turns.delete(turnId);
    return undefined;
  };

  const wake = (turnId: TurnId): void => {
    const readers = waiting.get(turnId) ?? [];
    waiting.delete(turnId);
    for (const goOn of readers) goOn();
  };
  const nextWake = (turnId: TurnId) =>
    new Promise<void>((resolve) => {
      const readers = waiting.get(turnId) ?? [];
      readers.push(resolve);
      waiting.set(turnId, readers);
    });

  return {
    async append(turnId, event) {
      const turn = find(turnId) ?? { entries: [], expiresAtMs: 0 };
      turns.set(turnId, turn);
      entryCount += 1;
      turn.entries.push({ id: `${startedAtMs}-${entryCount}`, event });
      const ends = endsAnswer(event);
      turn.expiresAtMs = clock.monotonic() + (ends ? keptAfterEndMs : keptWhileOpenMs);
      // Once per answer is often enough to forget the expired ones.
      if (ends) for (const id of turns.keys()) find(id);
      wake(turnId);
    },

    async *read(turnId, { after, signal }) {
      let turn = find(turnId);
      let next = 0;
      if (after !== undefined) {
        next = 1 + (turn?.entries.findIndex(({ id }) => id === after) ?? -1);
        if (next === 0) return;
      }
      const wakeOnAbort = () => wake(turnId);
      signal.addEventListener('abort', wakeOnAbort);
      try {
        while (!signal.aborted && !closed) {
          const kept = find(turnId);
          if (turn !== undefined && kept !== turn) return;
          turn = kept;
          const entry = turn?.entries[next];
          if (entry !== undefined) {
            next += 1;
            yield entry;
            continue;
          }
          const last = turn?.entries.at(-1);
          if (last !== undefined && endsAnswer(last.event)) return;
          await nextWake(turnId);
        }
      } finally {
        signal.removeEventListener('abort', wakeOnAbort);
      }
    },

    async has(turnId) {
      return find(turnId) !== undefined;
    },

    async close() {
      closed = true;
      for (const turnId of waiting.keys()) wake(turnId);
    },
  };
};
