/** Wake-ups through BullMQ, so that any worker may take a conversation up. The store is the truth: whatever is lost here the sweep finds. */
import { type Job, Queue, WaitingError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { BotError, safeCause, toBotError } from '../src/domain/errors.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Log } from '../src/ports/log.ts';
import type { WakeHandler, WakeQueue } from '../src/ports/wake-queue.ts';
import { conversationsAtOnce } from './conversations-at-once.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { type WakeUp, wakeUpSchema } from './wake-up-schema.ts';
import { within } from './within.ts';

export interface ConversationQueueDeps {
  readonly connections: {
    /** Fails fast while Redis is away. Stays the caller's. */
    readonly commands: Redis;
    /** Opens a connection whose commands wait for Redis; a consumer disconnects its own. */
    readonly openConsumer: () => Redis;
  };
  readonly clock: Clock;
  readonly log: Log;
  /** How many conversations one consumer handles at once; `conversationsAtOnce` unless told otherwise. */
  readonly concurrency?: number;
  /** Before every key; `footnote` unless told otherwise. */
  readonly keyPrefix?: string;
}

const queueName = 'footnote-conversations';
const wakeTimeoutMs = 2_000;
/** How long `stop` waits for Redis after the last handling has ended. */
const farewellMs = 2_000;
const quietMs = 60_000;
/** BullMQ's own record of what happened in the queue, which nobody reads. */
const keptQueueEvents = 100;

/**
 * Every wake-up is handled, a failed one too: its failure is logged and the job is gone, since a kept job would block the conversation's next.
 *
 * A job's lock (30 s) is renewed every 15 s however long the handling lasts. When it is lost, with Redis or with the process, the job comes back
 * within a minute; that is why handlings of one conversation are kept apart here and, over processes, by the lease.
 *
 * @see https://docs.bullmq.io/guide/jobs/deduplication
 */
export const createConversationQueue = ({
  connections: { commands, openConsumer },
  clock,
  log,
  concurrency = conversationsAtOnce,
  keyPrefix = 'footnote',
}: ConversationQueueDeps): WakeQueue => {
  // BullMQ's version check is one INFO whose failure would spoil the queue for good, and it writes to the console.
  const shared = { prefix: keyPrefix, skipVersionCheck: true } as const;
  const queue = new Queue<WakeUp>(queueName, {
    ...shared,
    connection: commands,
    streams: { events: { maxLen: keptQueueEvents } },
    defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true },
  });
  // What goes wrong with the connection is told by who opened it, what goes wrong with `add` by `wake`.
  queue.on('error', () => undefined);

  return {
    async wake(conversationId) {
      const added = queue.add(
        'wake-up',
        { conversationId },
        { deduplication: { id: conversationId, keepLastIfActive: true } },
      );
      let inTime: boolean;
      try {
        inTime = await within(added, { timeoutMs: wakeTimeoutMs, clock });
      } catch (error) {
        throw new BotError('queue_unavailable', { cause: safeCause(error) });
      }
      if (!inTime) throw new BotError('queue_unavailable');
    },

    consume(handler) {
      const connection = openConsumer();
      const processor = createProcessor({ handler, log });
      const worker = new Worker<unknown>(queueName, processor.process, {
        ...shared,
        connection,
        concurrency,
      });
      logLostJobs({ worker, connection, clock, log });
      return {
        async stop() {
          processor.stop();
          worker.cancelAllJobs();
          await worker.pause(true);
          await processor.settled();
          await closeWorker({ worker, connection, clock });
        },
      };
    },

    close: () => queue.close(),
  };
};

/** Calls the handler for a job. An aborted one goes back to the queue, so that another worker takes it up at once. */
const createProcessor = ({
  handler,
  log,
}: {
  readonly handler: WakeHandler;
  readonly log: Log;
}) => {
  const { handle, settled } = oneAtATime(handler);
  const stopping = new AbortController();

  // BullMQ makes a signal for a processor that declares three parameters, and aborts it for the jobs that run by then.
  const process = async (job: Job<unknown>, token?: string, ofJob?: AbortSignal) => {
    const signal = ofJob ?? stopping.signal;
    const payload = wakeUpSchema.safeParse(job.data);
    if (!payload.success) {
      log.error('wake-up unreadable', { code: 'payload_invalid' });
      return;
    }
    const { conversationId } = payload.data;
    try {
      if (!stopping.signal.aborted) await handle(conversationId, { signal });
    } catch (error) {
      log.error('wake-up failed', { conversationId, code: toBotError(error).code });
    }
    if (!stopping.signal.aborted) return;
    await job.moveToWait(token);
    throw new WaitingError();
  };
  return { process, settled, stop: () => stopping.abort() };
};

/**
 * Lets BullMQ write down what was handled, for as long as Redis answers. Without Redis its own closing never ends: ioredis keeps the commands of a
 * connection that is disconnected between two attempts for ever.
 */
const closeWorker = async ({
  worker,
  connection,
  clock,
}: {
  readonly worker: Worker<unknown>;
  readonly connection: Redis;
  readonly clock: Clock;
}): Promise<void> => {
  const force = connection.status !== 'ready';
  if (!(await within(worker.close(force), { timeoutMs: farewellMs, clock }))) {
    await worker.getBackend().close(true);
  }
  connection.disconnect();
};

/**
 * Logs what BullMQ could not write about a job: its lock or all of it is lost after Redis was away or was flushed. At most one line a minute, for there
 * is one such error per job. The connections of a worker emit their failures here too; these are told by who opened them.
 */
const logLostJobs = ({
  worker,
  connection,
  clock,
  log,
}: {
  readonly worker: Worker<unknown>;
  readonly connection: Redis;
  readonly clock: Clock;
  readonly log: Log;
}): void => {
  let quietUntilMs = Number.NEGATIVE_INFINITY;
  worker.on('error', (error) => {
    if (connection.status !== 'ready' || 'syscall' in error) return;
    if (clock.monotonic() < quietUntilMs) return;
    quietUntilMs = clock.monotonic() + quietMs;
    log.warn('wake-up lost by the queue', { ...safeCause(error) });
  });
};
