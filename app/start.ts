/** Runs the roles of a process until it is told to stop. */

import { runConsolePrompt } from '../adapters/console/console-prompt.ts';
import { createHealthApp, createHttpApp } from '../adapters/http/http-app.ts';
import { type HttpServer, startHttpServer } from '../adapters/http/http-server.ts';
import type { Worker } from '../jobs/worker.ts';
import type { Config } from '../src/config/config.ts';
import { toBotError } from '../src/domain/errors.ts';
import { createPinoLog } from '../src/drivers/system/pino-log.ts';
import { createPromMetrics, type PromMetrics } from '../src/drivers/system/prom-metrics.ts';
import { createSystemClock } from '../src/drivers/system/system-clock.ts';
import type { Speaker } from '../src/ports/speaker.ts';
import { printBanner } from './banner.ts';
import { type Base, composeDoors, composeWorker, type Doors } from './compose.ts';
import { composeDiscord, type DiscordWay } from './compose-discord.ts';
import { composeStores, type Stores } from './compose-stores.ts';
import { createConsoleDoor, createTerminalSpeaker } from './console-door.ts';
import { createDiscordDoor, type DiscordDoor } from './discord-door.ts';
import { ingestConfigured } from './ingest.ts';
import { ConfigFaults } from './read-config.ts';
import { readinessOf } from './readiness.ts';
import { createSlackDoor, type SlackDoor } from './slack-door.ts';
import { type Stop, untilStop } from './until-stop.ts';

export const roles = ['api', 'slack', 'discord', 'worker'] as const;
export type Role = (typeof roles)[number];

/** Resolves after SIGTERM or SIGINT, or when Discord has ended the only role, when running answers were handed over and everything is closed. */
export const start = async (
  config: Config,
  { roles: asked }: { readonly roles: readonly Role[] },
): Promise<Stop> => {
  checkRoles(config, asked);
  const clock = createSystemClock();
  const atTerminal = config.servers === undefined && process.stdin.isTTY && process.stdout.isTTY;
  // Lines of the log would run through the answers.
  const log = createPinoLog({ level: atTerminal ? 'error' : config.logLevel, to: 'stderr' });
  const metrics = createPromMetrics();
  const base: Base = { config, clock, metrics, log };
  const stores = await composeStores(base);
  const signal = untilSignal();
  const speakers = atTerminal ? [createTerminalSpeaker()] : [];
  const discordWay = composeDiscord(base, stores);
  const work = asked.includes('worker')
    ? await startWorker(base, { stores, speakers, discord: discordWay })
    : undefined;
  const doors = composeDoors(base, stores);
  const slack = asked.includes('slack') ? createSlackDoor(base, { stores, doors }) : undefined;
  const discord =
    asked.includes('discord') && discordWay !== undefined
      ? createDiscordDoor(base, { stores, doors, discord: discordWay })
      : undefined;
  await slack?.socket?.start();
  // The first try may take ten seconds, for which the API need not wait.
  const connecting = discord?.start();
  const http = await startHttp(base, {
    stores,
    doors,
    slack,
    discord,
    asked,
    metrics,
    worker: work?.worker,
  });
  await connecting;
  printBanner(config, { roles: asked, url: http?.url });
  log.info('started', { roles: asked.join(','), ...(http !== undefined && { url: http.url }) });

  const prompting = atTerminal ? prompt(base, { stores, doors }) : undefined;
  const stop = await untilStop({ asked, signal, prompting, discord });
  log.info('stopping', { signal: stop.signal });
  await Promise.all([slack?.socket?.stop(), discord?.stop(), http?.close()]);
  await work?.stop();
  await stores.close();
  log.info('stopped');
  return stop;
};

/** Memory is one process's: without servers a role alone would wait for others for ever. */
const checkRoles = (config: Config, asked: readonly Role[]): void => {
  const split = asked.length < roles.length;
  const faults: string[] = [];
  if (split && config.servers === undefined) {
    faults.push(
      '--only: needs MONGODB_URL and REDIS_URL; without them all roles run in one process',
    );
  }
  if (split && asked.includes('slack') && config.slack === undefined) {
    faults.push('--only slack: needs SLACK_BOT_TOKEN, and SLACK_APP_TOKEN or SLACK_SIGNING_SECRET');
  }
  if (split && asked.includes('discord') && config.discord === undefined) {
    faults.push('--only discord: needs DISCORD_TOKEN');
  }
  if (faults.length > 0) throw new ConfigFaults(faults);
};

/** Lets one ask here, until the person leaves. */
const prompt = async (
  base: Base,
  { stores, doors }: { readonly stores: Stores; readonly doors: Doors },
): Promise<string> => {
  const ask = createConsoleDoor(base, { stores, doors });
  await runConsolePrompt({
    input: process.stdin,
    output: process.stdout,
    terminal: true,
    ask: async (question, options) => {
      await ask(question, options);
    },
  });
  return 'the prompt';
};

const untilSignal = (): Promise<string> =>
  new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve);
  });

const startWorker = async (
  base: Base,
  {
    stores,
    ...speaking
  }: {
    readonly stores: Stores;
    readonly speakers: readonly Speaker[];
    readonly discord: DiscordWay | undefined;
  },
) => {
  const { worker, index, embedder } = composeWorker(base, stores, speaking);
  // With servers the index is filled by `footnote ingest`; embedded, everything is in one command.
  if (base.config.servers === undefined) {
    await ingestConfigured({ embedder, writer: index }, base.config);
  }
  worker.start();
  return {
    worker,
    async stop() {
      await worker.stop();
      await index.close();
    },
  };
};

const startHttp = async (
  base: Base,
  options: {
    readonly stores: Stores;
    readonly doors: Doors;
    readonly slack: SlackDoor | undefined;
    readonly discord: DiscordDoor | undefined;
    readonly asked: readonly Role[];
    readonly metrics: PromMetrics;
    readonly worker: Worker | undefined;
  },
): Promise<HttpServer | undefined> => {
  const { config, clock, log } = base;
  const { stores, doors, slack, discord, asked, metrics, worker } = options;
  const extraRoutes = slack?.routes ?? [];
  const isDoor = asked.includes('api') || extraRoutes.length > 0;
  // Nobody calls a worker, Socket Mode or Discord's gateway, and they are many on one host: they serve their health only on a port that they were given.
  if (!isDoor && !config.http.isPortGiven) return undefined;
  const health = {
    extraRoutes,
    checkReadiness: async () =>
      readinessOf({
        store: await answers(stores.ping()),
        worker: worker?.status().ready,
        slack: slack?.socket?.isReady(),
        discord,
      }),
    metrics,
    apiKeys: config.http.apiKeys,
    log,
  };
  const app = asked.includes('api')
    ? createHttpApp({
        ...stores,
        ...doors,
        ...health,
        newMessageId: () => globalThis.crypto.randomUUID(),
        clock,
      })
    : createHealthApp(health);
  const server = await startHttpServer(app, { ...config.http, clock });
  return {
    ...server,
    async close() {
      await server.close();
      await slack?.close();
    },
  };
};

const answers = async (call: Promise<void>): Promise<boolean> => {
  try {
    await call;
    return true;
  } catch (error) {
    if (toBotError(error).code !== 'store_unavailable') throw error;
    return false;
  }
};
