/** Wires everything: the only place that knows which driver stands behind which port. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { createFixedToken } from '../adapters/slack/fixed-token.ts';
import { createMethodLimits } from '../adapters/slack/method-limits.ts';
import { createSlackCall } from '../adapters/slack/slack-call.ts';
import { createSlackClient } from '../adapters/slack/slack-client.ts';
import { createSlackContextReader } from '../adapters/slack/slack-context-reader.ts';
import { createSlackSpeaker } from '../adapters/slack/slack-speaker.ts';
import { createSlackStatusLine } from '../adapters/slack/slack-status-line.ts';
import { createSlackWorkspaces } from '../adapters/slack/slack-workspaces.ts';
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
import { toBotError } from '../src/domain/errors.ts';
import { asId, newConversationId, type TurnId, type WorkerId } from '../src/domain/ids.ts';
import type { Platform } from '../src/domain/platform.ts';
import { openChunkIndex } from '../src/drivers/libsql/open-chunk-index.ts';
import { createLocalEmbedder } from '../src/drivers/local-embedder/local-embedder.ts';
import { createOpenAiChatModel } from '../src/drivers/openai/openai-chat-model.ts';
import { createOpenAiEmbedder } from '../src/drivers/openai/openai-embedder.ts';
import { createQuoteModel } from '../src/drivers/quote-model/quote-model.ts';
import { countCl100kTokens } from '../src/drivers/system/cl100k-counter.ts';
import type { ChatModel } from '../src/ports/chat-model.ts';
import type { ChunkSearch } from '../src/ports/chunk-search.ts';
import type { ChunkWriter } from '../src/ports/chunk-writer.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { DialogStore } from '../src/ports/dialog-store.ts';
import type { Embedder } from '../src/ports/embedder.ts';
import type { Log } from '../src/ports/log.ts';
import type { Metrics } from '../src/ports/metrics.ts';
import type { Speaker } from '../src/ports/speaker.ts';
import { createOpenDelivery } from '../src/reply/deliver-answer.ts';
import { callTimeoutMs } from './call-timeout.ts';
import { composeDiscordSpeaking, type DiscordWay } from './compose-discord.ts';
import { composeInstall } from './compose-install.ts';
import type { Stores } from './compose-stores.ts';
import { createConfigDialogs } from './config-dialogs.ts';
import { parsers } from './parsers.ts';

export interface Base {
  readonly config: Config;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
}

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

type SlackStores = Pick<Stores, 'installationStore'>;

/** The way to Slack, for both halves; undefined where Slack is not set up. With OAuth each workspace has the token that it installed, without it one has the token of the configuration. */
export const composeSlack = ({ config, clock, metrics, log }: Base, stores: SlackStores) => {
  const { slack, lease } = config;
  if (slack === undefined) return undefined;
  const { apiUrl, botToken = '' } = slack;
  const settings = { apiUrl, callTimeoutMs: callTimeoutMs(lease) };
  const install = composeInstall({ config, clock, metrics, log }, { ...stores, settings });
  const fixedToken = () => {
    const client = createSlackClient({ ...settings, botToken });
    const call = createSlackCall({ client, limits: createMethodLimits(clock), metrics, log });
    return createFixedToken({ botToken, call, clock });
  };
  const botTokenOf = install?.installations.botTokenOf ?? fixedToken();
  const workspaces = createSlackWorkspaces({ settings, botTokenOf, clock, metrics, log });
  return {
    ...{ settings, botTokenOf, workspaces },
    installations: install?.installations,
    installRoutes: install?.routes,
  };
};

/** The speaking half of Slack, and what a worker sees of it besides; undefined where Slack is not set up. */
export const composeSlackSpeaking = (base: Base, stores: Stores) => {
  const slack = composeSlack(base, stores);
  if (slack === undefined) return undefined;
  const { config, clock, log } = base;
  const cancelTurn = createCancelTurn({ ...stores, log });
  const stopTurn = (id: TurnId): void => {
    cancelTurn(id, { removeReply: false }).catch((error: unknown) =>
      log.error('slack press failed', { action: 'stop', turnId: id, code: toBotError(error).code }),
    );
  };
  const deps = { ...slack, behaviour: config.slackBehaviour, stopTurn, clock };
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

const byPlatform = <One extends { readonly platform: Platform }>(
  all: readonly One[],
): ReadonlyMap<Platform, One> => new Map(all.map((one) => [one.platform, one]));

/** Edits mark nothing as unread: after so long the asker has most likely looked away. */
const donePingAfterMs = 30_000;

const donePings = ({ slackBehaviour, discordBehaviour }: Config): ReadonlyMap<Platform, number> =>
  new Map([
    ...(slackBehaviour.donePing ? [['slack', donePingAfterMs] as const] : []),
    ...(discordBehaviour.donePing ? [['discord', donePingAfterMs] as const] : []),
  ]);

/** A worker and what it holds open. `speakers` come on top of Slack, if it is set up, and of Discord, if its way is given. */
export const composeWorker = (
  base: Base,
  stores: Stores,
  options: {
    readonly speakers?: readonly Speaker[];
    readonly discord?: DiscordWay | undefined;
  } = {},
): { readonly worker: Worker; readonly index: ChunkWriter; readonly embedder: Embedder } => {
  const { config, clock, metrics, log } = base;
  const { leaseMs, sweepMs } = config.lease;
  const measuring = { metrics, now: clock.now };
  const embedder = composeEmbedder(base);
  const index = composeIndex(base, embedder);
  const voices = [
    composeSlackSpeaking(base, stores),
    options.discord && composeDiscordSpeaking(base, options.discord, stores),
  ].filter((one) => one !== undefined);
  const all = [...voices.map(({ speaker }) => speaker), ...(options.speakers ?? [])].map((one) =>
    measuredSpeaker(one, measuring),
  );
  const deps = {
    ...stores,
    work: measuredTurnWork(stores.work, measuring),
    dialogs: createConfigDialogs(config),
    asyncChat: composeChat(base, { search: index, embedder }),
    speakers: byPlatform(all),
    openDelivery: createOpenDelivery({
      editBudget: stores.editBudget,
      statusLines: byPlatform(voices.map(({ statusLine }) => statusLine)),
      pingAfterMs: donePings(config),
      clock,
      log,
    }),
    clock,
    log,
    countTokens: countCl100kTokens,
    parsers,
    contextReaders: byPlatform(voices.map(({ contextReader }) => contextReader)),
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
