/** Writes one attempt's events to the AnswerLog behind the answer's back: in order, without holding it up, and whole again after an outage. */
import type { AnswerEvent } from '../domain/chat-event.ts';
import { toBotError } from '../domain/errors.ts';
import type { Turn } from '../domain/turn.ts';
import type { AnswerLog } from '../ports/answer-log.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';

export interface AnswerWriter {
  /** Returns at once. */
  write(event: AnswerEvent): void;
  /** Resolves when everything was written or given up. */
  settled(): Promise<void>;
}

const retryMs = 1_000;

export type OpenAnswerWriter = (turn: Turn) => AnswerWriter;

/**
 * An event that can't be written breaks the log; from then on, at most once a second, a `reset` with the whole text so far is tried in its place.
 * A reader sees every word once, in order, or is served from the stored turn. Over all turns one line tells that answers are not written, and one that
 * they are again.
 */
export const createOpenAnswerWriter = (deps: {
  readonly answerLog: AnswerLog;
  readonly clock: Clock;
  readonly log: Log;
}): OpenAnswerWriter => {
  let failing = false;
  const failed = (turn: Turn, error: unknown): void => {
    const { code } = toBotError(error);
    if (!failing) {
      deps.log.warn('answers not logged, readers are served later', { turnId: turn.id, code });
    }
    failing = true;
  };
  const passed = (turn: Turn): void => {
    if (failing) deps.log.info('answers logged again', { turnId: turn.id });
    failing = false;
  };

  return (turn) => {
    let text = '';
    let reasoning = '';
    let broken = false;
    let retryAt = 0;

    const append = (event: AnswerEvent) => deps.answerLog.append(turn.id, event);
    const restart = async (): Promise<void> => {
      await append({ type: 'reset', attempt: turn.attempt });
      if (reasoning !== '') await append({ type: 'reasoning', text: reasoning });
      if (text !== '') await append({ type: 'delta', text });
    };
    const attempt = async (write: () => Promise<void>): Promise<void> => {
      try {
        await write();
        broken = false;
        passed(turn);
      } catch (error) {
        broken = true;
        retryAt = deps.clock.monotonic() + retryMs;
        failed(turn, error);
      }
    };
    const writeOne = async (event: AnswerEvent): Promise<void> => {
      if (event.type === 'delta') text += event.text;
      if (event.type === 'reasoning') reasoning += event.text;
      const last = event.type === 'final' || event.type === 'error';
      if (broken && !last && deps.clock.monotonic() < retryAt) return;
      const begin = broken;
      await attempt(async () => {
        if (begin) await restart();
        if (!begin || last) await append(event);
      });
    };

    let chain = attempt(() => append({ type: 'reset', attempt: turn.attempt }));
    return {
      write(event) {
        chain = chain.then(() => writeOne(event));
      },
      settled: () => chain,
    };
  };
};
