/** Opens the process's connections to Redis, keeps their number fixed, and tells operators once when Redis goes away and once when it is back. */
import { Redis, type RedisOptions } from 'ioredis';
import { safeCause } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';

export interface RedisConnections {
  /** For short commands of all drivers. Fails at once while Redis is away, and within 2 s when it does not answer; nothing is ever sent twice. */
  readonly commands: Redis;
  /** The one connection for SUBSCRIBE; opened by the first call. It subscribes again by itself after an outage. */
  subscriber(): Redis;
  /** A connection of the caller's own whose commands wait for Redis to come back; the caller disconnects it. */
  openConsumer(): Redis;
  /** Whether commands can be sent now. */
  isReady(): boolean;
  /** Waits at a start until commands can be sent, at most 2 s; then says like `isReady` whether they can. */
  whenReady(): Promise<boolean>;
  /** Sends what is under way, then closes every connection; at most 2 s. */
  close(): Promise<void>;
}

const commandTimeoutMs = 2_000;
/** A server that is frozen or behind a dead network sends no FIN: a command unanswered for so long gives the connection up. */
const socketTimeoutMs = 5_000;
const longestReconnectMs = 1_000;

const common = {
  connectTimeout: socketTimeoutMs,
  retryStrategy: (attempt: number) => Math.min(attempt * 100, longestReconnectMs),
} as const satisfies RedisOptions;

const failsFast = {
  ...common,
  commandTimeout: commandTimeoutMs,
  socketTimeout: socketTimeoutMs,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
} as const satisfies RedisOptions;

const waits = { ...common, maxRetriesPerRequest: null } as const satisfies RedisOptions;

/** Connects at once, in the background. Redis may be away: then this is logged and tried again every second. */
export const createRedisConnections = (deps: {
  readonly url: string;
  readonly clock: Clock;
  readonly log: Log;
}): RedisConnections => {
  const opened = new Set<Redis>();
  const watch = createOutageWatch(deps);
  const open = (options: Omit<RedisOptions, 'replyMapping'>): Redis => {
    const redis = new Redis(deps.url, options);
    opened.add(redis);
    redis.once('end', () => opened.delete(redis));
    watch(redis);
    return redis;
  };
  const commands = open({ ...failsFast, connectionName: 'footnote-commands' });
  const isReady = () => commands.status === 'ready';
  let subscriber: Redis | undefined;

  return {
    commands,
    subscriber() {
      subscriber ??= open({ ...waits, connectionName: 'footnote-subscriber' });
      return subscriber;
    },
    openConsumer: () => open({ ...waits, connectionName: 'footnote-consumer' }),
    isReady,
    async whenReady() {
      if (isReady()) return true;
      const timer = new AbortController();
      commands.once('ready', () => timer.abort());
      // The sleep rejects when Redis was ready before its end.
      await deps.clock.sleep(commandTimeoutMs, { signal: timer.signal }).catch(() => undefined);
      return isReady();
    },
    async close() {
      try {
        await commands.quit();
      } catch {
        // Redis is away: there is nobody to say goodbye to.
      }
      for (const redis of opened) redis.disconnect();
    },
  };
};

/** Watches any number of connections to one server; together they make one line per outage. */
const createOutageWatch = ({ clock, log }: { readonly clock: Clock; readonly log: Log }) => {
  const lost = new Set<Redis>();
  let lostAtMs = 0;

  return (redis: Redis): void => {
    let lastError: unknown;
    // Without a listener an 'error' ends the process. Every failed attempt emits one, so the lines come from what follows it.
    redis.on('error', (error) => {
      lastError = error;
    });
    redis.on('reconnecting', () => {
      if (lost.size === 0) {
        lostAtMs = clock.monotonic();
        log.warn('redis lost', lastError === undefined ? {} : { ...safeCause(lastError) });
      }
      lost.add(redis);
    });
    redis.on('ready', () => {
      lastError = undefined;
      if (lost.delete(redis) && lost.size === 0) {
        log.info('redis back', { outageMs: Math.round(clock.monotonic() - lostAtMs) });
      }
    });
    redis.on('end', () => lost.delete(redis));
  };
};
