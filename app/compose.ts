/** Wires everything: the only place that knows which driver stands behind which port. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { createSlackContextReader } from '../adapters/slack/slack-context-reader.ts';
import { createSlackSpeaker } from '../adapters/slack/slack-speaker.ts';
import { createSlackStatusLine } from '../adapters/slack/slack-status-line.ts';
import { type BotTokenOf, createSlackWorkspaces } from '../adapters/slack/slack-workspaces.ts';
import { createConversationQueue } from '../jobs/conversation-queue.ts';
import { createInProcessQueue } from '../jobs/in-process-queue.ts';
import { createOutage, type Outage } from '../jobs/outage.ts';
import { createRecoverySweep } from '../jobs/recovery-sweep.ts';
import { createWorker, type Worker } from '../jobs/worker.ts';
import { type AsyncChat, createAsyncChat } from '../src/chat/async-chat.ts';
import type { Config } from '../src/config/config.ts';
import { type AskAgain, createAskAgain } from '../src/conversation/ask-again.ts';
import { type CancelTurn, createCancelTurn } from '../src/conversation/cancel-turn.ts';
import {
  type ConversationService,
  createConversationService,
} from '../src/conversation/conversation-service.ts';
import { createDrainConversation } from '../src/conversation/drain-conversation.ts';
import { createEditQuestion, type EditQuestion } from '../src/conversation/edit-question.ts';
import { measuredSpeaker } from '../src/conversation/measured-speaker.ts';
import { measuredTurnWork } from '../src/conversation/measured-turn-work.ts';
import { createRateAnswer, type RateAnswer } from '../src/conversation/rate-answer.ts';
import {
  createReceiveQuestion,
  type ReceiveQuestion,
} from '../src/conversation/receive-question.ts';
import { createWorkTurn } from '../src/conversation/work-turn.ts';
import { asId, newConversationId, type WorkerId } from '../src/domain/ids.ts';
import type { Platform } from '../src/domain/platform.ts';
import { openChunkIndex } from '../src/drivers/libsql/open-chunk-index.ts';
import { openInstallationFile } from '../src/drivers/libsql/open-installation-file.ts';
import { createLocalEmbedder } from '../src/drivers/local-embedder/local-embedder.ts';
import { createMemoryAnswerLog } from '../src/drivers/memory/memory-answer-log.ts';
import { createMemoryEditBudget } from '../src/drivers/memory/memory-edit-budget.ts';
import { createMemoryStopSignal } from '../src/drivers/memory/memory-stop-signal.ts';
import { createMemoryStore } from '../src/drivers/memory/memory-store.ts';
import { createMongoStore } from '../src/drivers/mongo/mongo-store.ts';
import { createOpenAiChatModel } from '../src/drivers/openai/openai-chat-model.ts';
import { createOpenAiEmbedder } from '../src/drivers/openai/openai-embedder.ts';
import { createQuoteModel } from '../src/drivers/quote-model/quote-model.ts';
import { createRedisAnswerLog } from '../src/drivers/redis/redis-answer-log.ts';
import { createRedisConnections } from '../src/drivers/redis/redis-connections.ts';
import { createRedisEditBudget } from '../src/drivers/redis/redis-edit-budget.ts';
import { createRedisStopSignal } from '../src/drivers/redis/redis-stop-signal.ts';
import { countCl100kTokens } from '../src/drivers/system/cl100k-counter.ts';
import type { AnswerLog } from '../src/ports/answer-log.ts';
import type { ChatModel } from '../src/ports/chat-model.ts';
import type { ChunkSearch } from '../src/ports/chunk-search.ts';
import type { ChunkWriter } from '../src/ports/chunk-writer.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { ContextReader } from '../src/ports/context-reader.ts';
import type { ConversationStore } from '../src/ports/conversation-store.ts';
import type { DialogStore } from '../src/ports/dialog-store.ts';
import type { EditBudget } from '../src/ports/edit-budget.ts';
import type { Embedder } from '../src/ports/embedder.ts';
import type { InstallationStore } from '../src/ports/installation-store.ts';
import type { LeaseStore } from '../src/ports/lease-store.ts';
import type { Log } from '../src/ports/log.ts';
import type { Metrics } from '../src/ports/metrics.ts';
import type { Speaker } from '../src/ports/speaker.ts';
import type { StopSignal } from '../src/ports/stop-signal.ts';
import type { TurnChanges } from '../src/ports/turn-changes.ts';
import type { TurnStore } from '../src/ports/turn-store.ts';
import type { TurnWork } from '../src/ports/turn-work.ts';
import type { WakeQueue } from '../src/ports/wake-queue.ts';
import { createOpenDelivery } from '../src/reply/deliver-answer.ts';
import { composeInstall } from './compose-install.ts';
import { createConfigDialogs } from './config-dialogs.ts';
import { parsers } from './parsers.ts';

export interface Base {
  readonly config: Config;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** Where conversations live and workers are woken: MongoDB and Redis, or this process's memory. */
export interface Stores {
  readonly conversations: ConversationStore;
  readonly turns: TurnStore;
  readonly changes: TurnChanges;
  readonly leases: LeaseStore;
  readonly work: TurnWork;
  readonly queue: WakeQueue;
  readonly answerLog: AnswerLog;
  readonly stopSignal: StopSignal;
  /** Undefined where no workspace installs the app itself. */
  readonly installationStore: InstallationStore | undefined;
  readonly editBudget: EditBudget;
  /** One for all that notice it: an outage of the store makes one line, its end another. */
  readonly storeOutage: Outage;
  /** Rejects when the store of conversations does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export const composeStores = async ({ config, clock, log }: Base): Promise<Stores> => {
  const storeOutage = createOutage({ lost: 'store lost', back: 'store back', clock, log });
  if (config.servers === undefined) {
    const queue = createInProcessQueue({ log });
    const installationStore =
      config.slack?.oauth === undefined ? undefined : openInstallations({ config, clock });
    const stores = {
      ...createMemoryStore({ clock }),
      queue,
      installationStore,
      answerLog: createMemoryAnswerLog({ clock }),
      stopSignal: createMemoryStopSignal(),
      editBudget: createMemoryEditBudget({ clock }),
      storeOutage,
    };
    return {
      ...stores,
      ping: async () => {},
      async close() {
        await queue.close();
        await installationStore?.close();
      },
    };
  }
  const mongo = await createMongoStore({
    url: config.servers.mongodbUrl,
    outage: storeOutage,
  });
  const connections = createRedisConnections({ url: config.servers.redisUrl, clock, log });
  await connections.whenReady();
  const queue = createConversationQueue({ connections, clock, log });
  const answerLog = createRedisAnswerLog({ connections, clock });
  const stopSignal = createRedisStopSignal({ connections });
  const editBudget = createRedisEditBudget({
    connections,
    alone: createMemoryEditBudget({ clock }),
    outage: createOutage({
      lost: 'edits shared no more, going on with a share',
      back: 'edits shared again',
      clock,
      log,
    }),
    process: globalThis.crypto.randomUUID(),
    clock,
  });
  return {
    ...mongo,
    queue,
    answerLog,
    stopSignal,
    editBudget,
    storeOutage,
    async close() {
      const users = [queue, answerLog, stopSignal, editBudget];
      await Promise.allSettled(users.map((user) => user.close()));
      await Promise.allSettled([connections.close(), mongo.close()]);
    },
  };
};

/** Where the embedded mode keeps installations. */
export const installationFile = ({ dataDir }: Config): string =>
  path.join(dataDir, 'installations.db');

/** Makes the file and its folder when they are not there. */
export const openInstallations = ({ config, clock }: Pick<Base, 'config' | 'clock'>) => {
  mkdirSync(config.dataDir, { recursive: true });
  return openInstallationFile({ path: installationFile(config), now: clock.now });
};

export const composeEmbedder = ({ config, clock }: Pick<Base, 'config' | 'clock'>): Embedder => {
  const { openai } = config;
  return openai?.embeddingModel === undefined
    ? createLocalEmbedder()
    : createOpenAiEmbedder({ ...openai, model: openai.embeddingModel, clock });
};

export const composeIndex = ({ config }: Pick<Base, 'config'>, embedder: Embedder) => {
  mkdirSync(config.dataDir, { recursive: true });
  return openChunkIndex({
    path: path.join(config.dataDir, 'index.db'),
    embeddingModel: embedder.model,
  });
};

/** What doors need to take questions in, and what people do with them afterwards. */
export interface Doors {
  readonly dialogs: DialogStore;
  readonly receiveQuestion: ReceiveQuestion;
  readonly cancelTurn: CancelTurn;
  readonly editQuestion: EditQuestion;
  readonly rateAnswer: RateAnswer;
  readonly askAgain: AskAgain;
  readonly conversationService: ConversationService;
}

export const composeDoors = ({ config, clock, log }: Base, stores: Stores): Doors => {
  const dialogs = createConfigDialogs(config);
  const shared = { ...stores, dialogs, newConversationId, now: clock.now, log };
  return {
    dialogs,
    receiveQuestion: createReceiveQuestion(shared),
    cancelTurn: createCancelTurn(shared),
    editQuestion: createEditQuestion(shared),
    rateAnswer: createRateAnswer(shared),
    askAgain: createAskAgain(shared),
    conversationService: createConversationService(shared),
  };
};

/** Ten seconds: less than the part of a lease that must be left when a call begins. */
const callTimeoutMs = ({ leaseMs }: Config['lease']): number =>
  Math.min(10_000, Math.floor(leaseMs / 3));

type SlackStores = Pick<Stores, 'installationStore'>;

/** The way to Slack, for both halves; undefined where Slack is not set up. With OAuth each workspace has the token that it installed. */
export const composeSlack = ({ config, clock, metrics, log }: Base, stores: SlackStores) => {
  const { slack, lease } = config;
  if (slack === undefined) return undefined;
  const { apiUrl, botToken = '' } = slack;
  const settings = { apiUrl, callTimeoutMs: callTimeoutMs(lease) };
  const install = composeInstall({ config, clock, metrics, log }, { ...stores, settings });
  const botTokenOf: BotTokenOf = install?.installations.botTokenOf ?? (async () => botToken);
  const workspaces = createSlackWorkspaces({ settings, botTokenOf, clock, metrics, log });
  return {
    ...{ settings, botTokenOf, workspaces },
    installations: install?.installations,
    installRoutes: install?.routes,
  };
};

/** The speaking half of Slack, and what a worker sees of it besides; undefined where Slack is not set up. */
export const composeSlackSpeaking = (base: Base, stores: SlackStores) => {
  const slack = composeSlack(base, stores);
  if (slack === undefined) return undefined;
  const deps = { ...slack, behaviour: base.config.slackBehaviour, clock: base.clock };
  return {
    speaker: createSlackSpeaker(deps),
    statusLine: createSlackStatusLine(deps),
    contextReader: createSlackContextReader(deps),
  };
};

const composeChat = (
  base: Base,
  { search, embedder }: { readonly search: ChunkSearch; readonly embedder: Embedder },
): AsyncChat => {
  const { config, clock, log } = base;
  const model: ChatModel =
    config.openai === undefined
      ? createQuoteModel({ embedder, log })
      : createOpenAiChatModel({ ...config.openai, ...config.openai.chat, clock, log });
  const dialogs = createConfigDialogs(config);
  return createAsyncChat({
    model,
    embedder,
    search,
    dialogs,
    countTokens: countCl100kTokens,
    clock,
    log,
  });
};

/** Edits mark nothing as unread: after so long the asker has most likely looked away. */
const donePingAfterMs = 30_000;

const donePings = ({ slackBehaviour }: Config): ReadonlyMap<Platform, number> =>
  new Map(slackBehaviour.donePing ? [['slack', donePingAfterMs]] : []);

/** A worker and what it holds open. `speakers` come on top of the platforms of the configuration. */
export const composeWorker = (
  base: Base,
  stores: Stores,
  { speakers = [] }: { readonly speakers?: readonly Speaker[] } = {},
): { readonly worker: Worker; readonly index: ChunkWriter; readonly embedder: Embedder } => {
  const { config, clock, metrics, log } = base;
  const { leaseMs, sweepMs } = config.lease;
  const measuring = { metrics, now: clock.now };
  const embedder = composeEmbedder(base);
  const index = composeIndex(base, embedder);
  const slack = composeSlackSpeaking(base, stores);
  const all = [...(slack === undefined ? [] : [slack.speaker]), ...speakers].map((one) =>
    measuredSpeaker(one, measuring),
  );
  const readers: readonly ContextReader[] = slack === undefined ? [] : [slack.contextReader];
  const deps = {
    ...stores,
    work: measuredTurnWork(stores.work, measuring),
    dialogs: createConfigDialogs(config),
    asyncChat: composeChat(base, { search: index, embedder }),
    speakers: new Map<Platform, Speaker>(all.map((speaker) => [speaker.platform, speaker])),
    openDelivery: createOpenDelivery({
      editBudget: stores.editBudget,
      pingAfterMs: donePings(config),
      clock,
      log,
    }),
    clock,
    log,
    countTokens: countCl100kTokens,
    parsers,
    contextReaders: new Map<Platform, ContextReader>(
      readers.map((reader) => [reader.platform, reader]),
    ),
    maxAttempts: 3,
  };
  const drain = createDrainConversation({
    ...deps,
    workTurn: createWorkTurn(deps),
    wake: (id) => stores.queue.wake(id),
    owner: asId<WorkerId>(globalThis.crypto.randomUUID()),
    lease: { leaseMs, renewMs: leaseMs / 3, callMarginMs: leaseMs / 2 },
  });
  const sweep = createRecoverySweep({
    ...deps,
    random: Math.random,
    outage: stores.storeOutage,
    leaseMs,
    intervalMs: sweepMs,
  });
  return {
    worker: createWorker({ ...deps, sweep, drain, outage: stores.storeOutage }),
    index,
    embedder,
  };
};
