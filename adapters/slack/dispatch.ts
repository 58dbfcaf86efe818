/** Hands what Slack sent to Bolt's listeners, and tells when and with what Slack may be answered; receivers differ only in how they take and answer. */
import type { App } from '@slack/bolt';
import { BotError, type ErrorCode, toBotError } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import { type AckAnswer, failureAnswer, lateAnswer } from './failure-answer.ts';
import {
  isEventBody,
  isInteractionBody,
  type SlackBody,
  type SlackEventBody,
  type SlackInteractionBody,
} from './slack-body.ts';

/** Slack waits 3 s for an answer to what a person did, and shows them an error of its own then. */
const patienceMs = 2_900;
/** The app is not installed there, or not any more: there is no token, or Slack refuses it. */
const withoutToken: ReadonlySet<ErrorCode> = new Set([
  'installation_missing',
  'platform_forbidden',
]);

export interface Outcome {
  /** False: nothing was taken in. Slack sends an event again; of an interaction it tells the person that it failed. */
  readonly acknowledged: boolean;
  /** What Slack shows or does with it; absent: nothing. */
  readonly answer?: AckAnswer;
}

export interface Dispatch {
  /** Called by Bolt, once. */
  init(app: App): void;
  /**
   * Resolves when Slack may be answered, never rejects. An event: when its listeners are done, for its turn is stored then. A command or an interaction: when a
   * listener acknowledged it, all are done, or 2.9 s are over; listeners go on behind.
   */
  dispatch(body: SlackBody, options?: { readonly retryNum?: number }): Promise<Outcome>;
  /** Resolves when no listener is running. */
  idle(): Promise<void>;
}

export const createDispatch = (deps: {
  readonly clock: Pick<Clock, 'sleep'>;
  readonly log: Log;
}): Dispatch => {
  const { clock, log } = deps;
  const running = new Set<Promise<unknown>>();
  let app: App | undefined;

  const process: App['processEvent'] = async (request) => {
    if (app === undefined) throw new BotError('internal', { details: { receiver: 'slack' } });
    await app.processEvent(request);
  };
  const track = <Value>(work: Promise<Value>): Promise<Value> => {
    running.add(work);
    void work.finally(() => running.delete(work));
    return work;
  };

  const takeEvent = async (body: SlackEventBody, retryNum: number): Promise<Outcome> => {
    if (retryNum > 0) log.info('slack sends an event again', { retryNum });
    try {
      // Bolt calls `ack` for every event before the listeners; what counts is that all of them ended.
      await process({ body, ack: async () => undefined, retryNum });
      return { acknowledged: true };
    } catch (error) {
      const { code } = failureOf(error);
      // Nobody there to answer: sent again it would end the same way.
      if (withoutToken.has(code)) {
        log.warn('slack event of a workspace without an installation', { code });
        return { acknowledged: true };
      }
      log.error('slack event not taken in', { code, retryNum });
      return { acknowledged: false };
    }
  };

  const takeInteraction = async (body: SlackInteractionBody): Promise<Outcome> => {
    const answered = new AbortController();
    const taken = new Promise<Outcome>((resolve) => {
      const ack = async (answer?: unknown) => resolve(outcome(answer));
      const listening = process({ body, ack }).then(
        () => resolve(outcome()),
        (error: unknown) => {
          const { code } = failureOf(error);
          log.error('slack interaction not taken in', { code });
          const answer = failureAnswer(body, code);
          resolve({ acknowledged: answer !== undefined, ...(answer && { answer }) });
        },
      );
      void track(listening);
    });
    const late = clock.sleep(patienceMs, { signal: answered.signal }).then(
      () => {
        log.warn('slack interaction answered before it was taken in');
        return outcome(lateAnswer(body));
      },
      () => outcome(),
    );
    try {
      return await Promise.race([taken, late]);
    } finally {
      answered.abort();
    }
  };

  return {
    init(added) {
      app = added;
    },
    async dispatch(body, { retryNum = 0 } = {}) {
      if (isEventBody(body)) return track(takeEvent(body, retryNum));
      if (isInteractionBody(body)) return takeInteraction(body);
      if (body.type === 'app_rate_limited') log.warn('slack holds events back');
      return { acknowledged: true };
    },
    async idle() {
      while (running.size > 0) await Promise.allSettled([...running]);
    },
  };
};

const outcome = (answer?: unknown): Outcome =>
  typeof answer === 'object' && answer !== null
    ? { acknowledged: true, answer: answer as AckAnswer }
    : { acknowledged: true };

/** Bolt wraps what `authorize` failed with. */
const failureOf = (error: unknown): BotError => {
  const original = error instanceof Error && 'original' in error ? error.original : undefined;
  return toBotError(original instanceof BotError ? original : error);
};
