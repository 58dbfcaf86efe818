/** Keeps a number of Socket Mode connections open, whatever happens to each of them. */
import { type BotError, toBotError } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Metrics } from '../../src/ports/metrics.ts';
import type { OpenSocketUrl } from './open-socket-url.ts';
import { rest } from './rest.ts';
import { openSocketConnection, type SocketConnection } from './socket-connection.ts';
import type { SocketEnvelope } from './socket-frame.ts';

export interface SocketSupervisor {
  /** Waits for nothing: Slack may be away. */
  start(): void;
  /** Connections that said hello and are alive. */
  alive(): number;
  /** Opens no more, and closes what is open as soon as `drained` has resolved. */
  stop(options: { readonly drained: Promise<void> }): Promise<void>;
}

/** A connection that ended sooner counts as a failed try: the next one waits. */
const steadyMs = 10_000;
const firstWaitMs = 1_000;
const maxWaitMs = 30_000;
/** Somebody has to change the token or the app; we need not be told when. */
const refusedWaitMs = 60_000;
/** How long a connection stands beside its replacement: Slack closes it within seconds of its warning. */
const handOverMs = 30_000;

export const createSocketSupervisor = (deps: {
  readonly openUrl: OpenSocketUrl;
  readonly onEnvelope: (envelope: SocketEnvelope, connection: SocketConnection) => void;
  /** How many stand beside each other. Slack takes 10 of an app, in all processes, and those that are being replaced count too. */
  readonly connections: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly metrics: Metrics;
  readonly log: Log;
}): SocketSupervisor => {
  const { clock, random, metrics, log } = deps;
  const stopping = new AbortController();
  const { signal } = stopping;
  const live = new Set<SocketConnection>();
  let lostAt: number | undefined;
  let refused = false;

  const lost = (why: string): void => {
    if (live.size > 0 || lostAt !== undefined || signal.aborted) return;
    lostAt = clock.monotonic();
    log.warn('slack sockets lost', { why });
  };
  const back = (): void => {
    refused = false;
    if (lostAt !== undefined)
      log.info('slack sockets back', { outageMs: Math.round(clock.monotonic() - lostAt) });
    lostAt = undefined;
  };
  const changed = (): void => metrics.set('footnote_slack_socket_connections', live.size);
  const countEnd = (cause: string): void =>
    metrics.count('footnote_slack_socket_ends_total', { labels: { cause } });

  const open = async (): Promise<SocketConnection> => {
    const connection = await openSocketConnection(await deps.openUrl(), { ...deps, signal });
    live.add(connection);
    changed();
    back();
    const openedAt = clock.monotonic();
    void connection.closed.then((cause) => {
      live.delete(connection);
      changed();
      countEnd(cause);
      log.info('slack socket ended', {
        cause,
        livedMs: Math.round(clock.monotonic() - openedAt),
      });
      lost(cause);
    });
    log.info('slack socket connected', { connections: live.size });
    return connection;
  };

  const failed = (failure: BotError): void => {
    const { code, details } = failure;
    countEnd('not_opened');
    if (isRefusal(failure) && !refused) log.error('slack refuses the app token', details);
    refused ||= isRefusal(failure);
    lost(code);
  };

  /** One place: a connection, then the next one. */
  const keepOpen = async (): Promise<void> => {
    let failures = 0;
    while (!signal.aborted) {
      const begunAt = clock.monotonic();
      let failure: BotError | undefined;
      try {
        const connection = await open();
        await connection.leaving;
        void retire(connection);
      } catch (error) {
        if (signal.aborted) return;
        failure = toBotError(error);
        failed(failure);
      }
      const isSteady = failure === undefined && clock.monotonic() - begunAt >= steadyMs;
      failures = isSteady ? 0 : failures + 1;
      if (!isSteady) await rest(clock, { ms: waitMs({ failures, failure, random }), signal });
    }
  };

  /** What Slack still sends over it is taken, and answered there. */
  const retire = async (connection: SocketConnection): Promise<void> => {
    const gone = new AbortController();
    void connection.closed.then(() => gone.abort());
    const isLate = await rest(clock, { ms: handOverMs, signal: gone.signal });
    // While stopping, those in work still need it.
    if (isLate && !signal.aborted) connection.close();
  };

  return {
    start() {
      for (let place = 0; place < deps.connections; place += 1) void keepOpen();
    },
    alive: () => live.size,
    async stop({ drained }) {
      stopping.abort();
      await drained;
      for (const connection of live) connection.close();
    },
  };
};

const isRefusal = ({ code }: BotError): boolean =>
  code === 'platform_forbidden' || code === 'platform_rejected';

/** Grows from a second to half a minute, half of it random: many processes don't come back in step. Never less than Slack asked for. */
const waitMs = (options: {
  readonly failures: number;
  readonly failure: BotError | undefined;
  readonly random: () => number;
}): number => {
  const { failures, failure, random } = options;
  const growingMs = Math.min(maxWaitMs, firstWaitMs * 2 ** Math.min(failures - 1, 10));
  const fullMs = failure !== undefined && isRefusal(failure) ? refusedWaitMs : growingMs;
  return (failure?.retryAfterMs ?? 0) + fullMs * (0.5 + random() / 2);
};
