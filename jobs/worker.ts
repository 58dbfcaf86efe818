/** Works on conversations: those it is woken for and those the sweep finds, each one once at a time. */
import { errorTable, toBotError } from '../src/domain/errors.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Log } from '../src/ports/log.ts';
import type { WakeHandler, WakeQueue } from '../src/ports/wake-queue.ts';
import { type OneAtATime, oneAtATime } from './one-at-a-time.ts';
import type { Outage } from './outage.ts';
import type { RecoverySweep } from './recovery-sweep.ts';
import { within } from './within.ts';

/** What `/readyz` and the logs tell about a worker. */
export interface WorkerStatus {
  /** Whether it runs and the store answered one of the last three sweeps. */
  readonly ready: boolean;
  /** Conversations that are being drained now. */
  readonly draining: number;
  /** Since the store last answered a sweep; undefined before the first time. */
  readonly sinceSweepMs: number | undefined;
}

export interface Worker {
  start(): void;
  /** Stops taking conversations up, aborts the running drains so that they hand over, and waits for them; at most 10 s. */
  stop(): Promise<void>;
  status(): WorkerStatus;
}

const stopTimeoutMs = 10_000;
const missedSweeps = 3;

/**
 * @param deps.drain Works until nothing is left to do or the signal aborts. Its failure is logged; the sweep finds the conversation again.
 * @param deps.outage The sweep's: many drains that lose the store make one line together.
 */
export const createWorker = ({
  queue,
  sweep,
  drain,
  clock,
  log,
  outage,
}: {
  readonly queue: Pick<WakeQueue, 'consume'>;
  readonly sweep: RecoverySweep;
  readonly drain: WakeHandler;
  readonly clock: Clock;
  readonly log: Log;
  readonly outage: Pick<Outage, 'failed'>;
}): Worker => {
  const drains = oneAtATime(async (conversationId, { signal }) => {
    try {
      await drain(conversationId, { signal });
    } catch (error) {
      const { code } = toBotError(error);
      if (code === 'store_unavailable') outage.failed(error);
      else log[errorTable[code].level]('drain failed', { conversationId, code });
    }
  });
  let running: { stop(): Promise<unknown> } | undefined;

  return {
    start() {
      if (running !== undefined) return;
      const sweeping = startSweeping({ sweep, drains });
      const consumption = queue.consume(drains.handle);
      running = {
        stop: () => Promise.all([sweeping.stop(), consumption.stop(), drains.settled()]),
      };
    },

    async stop() {
      const ending = running?.stop();
      running = undefined;
      if (ending === undefined || (await within(ending, { timeoutMs: stopTimeoutMs, clock }))) {
        return;
      }
      log.warn('worker stopped too early', { draining: drains.count() });
    },

    status() {
      const sinceSweepMs = sweep.sinceSuccessMs();
      const isFresh = sinceSweepMs !== undefined && sinceSweepMs <= missedSweeps * sweep.intervalMs;
      return { ready: running !== undefined && isFresh, draining: drains.count(), sinceSweepMs };
    },
  };
};

const startSweeping = ({
  sweep,
  drains,
}: {
  readonly sweep: RecoverySweep;
  readonly drains: OneAtATime;
}) => {
  const sweeping = new AbortController();
  // A signal of each drain's own: hundreds of listeners would gather on a shared one.
  const ofDrains = new Set<AbortController>();
  const ended = sweep.run(
    async (conversationId) => {
      if (drains.isBusy(conversationId)) return;
      const ofDrain = new AbortController();
      ofDrains.add(ofDrain);
      await drains.handle(conversationId, { signal: ofDrain.signal });
      ofDrains.delete(ofDrain);
    },
    { signal: sweeping.signal },
  );
  return {
    async stop() {
      sweeping.abort();
      for (const ofDrain of ofDrains) ofDrain.abort();
      await ended;
    },
  };
};
