/** The product in one process as `app` wires it, on memory, an index file, a strict Slack and a scripted model, every one of which a test can break. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { createHttpApp } from '../../adapters/http/http-app.ts';
import { startHttpServer } from '../../adapters/http/http-server.ts';
import { composeDoors, composeSlack, composeWorker } from '../../app/compose.ts';
import { composeStores, type Stores } from '../../app/compose-stores.ts';
import { ingestConfigured } from '../../app/ingest.ts';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { asId } from '../../src/domain/ids.ts';
import type { Turn } from '../../src/domain/turn.ts';
import { slackTurnId } from '../../src/domain/turn-id.ts';
import { answer } from '../fakes/openai/chat-script.ts';
import { type ChatRequest, textOf } from '../fakes/openai/check-chat-request.ts';
import { startFakeOpenAi } from '../fakes/openai/start-fake-open-ai.ts';
import { createRecordingMetrics } from '../fakes/recording-metrics.ts';
import { startFakeSlack } from '../fakes/slack/fake-slack.ts';
import { createSlackInbound } from '../fakes/slack-inbound.ts';
import { canaries } from './canaries.ts';
import { createFastClock } from './fast-clock.ts';
import { hostileError } from './hostile-error.ts';
import { createWitness } from './witness.ts';

export const channel = 'C1';
export const user = 'U1';
const page = `# ${canaries.title}\n\n## ${canaries.heading}\n\n${canaries.document}\n`;
const file = `
models: { embedding: { model: fake-embedding } }
knowledge: { docs: { audience: team, sources: [{ folder: ./docs.md }] } }
dialogs: { default: { knowledge: [docs], similarityThreshold: 0 } }
places: [{ slack: { channel: ${channel} }, audience: team }]
`;

/** The stores, whose method throws a hostile error while `broken` names it. */
const breakable = (stores: Stores, broken: ReadonlySet<string>): Stores => {
  const wrap = <Port extends object>(port: Port, name: string): Port =>
    new Proxy(port, {
      get(target, member) {
        const value: unknown = Reflect.get(target, member);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          if (broken.has(`${name}.${String(member)}`)) return Promise.reject(hostileError());
          return Reflect.apply(value, target, args);
        };
      },
    });
  const { conversations, turns, leases, work, queue, answerLog, stopSignal } = stores;
  return {
    ...stores,
    conversations: wrap(conversations, 'conversations'),
    turns: wrap(turns, 'turns'),
    leases: wrap(leases, 'leases'),
    work: wrap(work, 'work'),
    queue: wrap(queue, 'queue'),
    answerLog: wrap(answerLog, 'answerLog'),
    stopSignal: wrap(stopSignal, 'stopSignal'),
  };
};

const isRefining = ({ messages }: ChatRequest): boolean =>
  messages.some((message) => textOf(message).includes('The last question, rewritten:'));

/** Runs until the test has finished. One question with its answer stands in the thread already. */
export const startWholeWay = async () => {
  const witness = createWitness();
  const folder = mkdtempSync(path.join(tmpdir(), 'footnote-privacy-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const slack = await startFakeSlack({
    signingSecret: canaries.slackSigningSecret,
    botToken: canaries.slackBotToken,
    limits: 'off',
  });
  onTestFinished(() => slack.close());
  slack.addUser({ id: user });
  slack.addChannel({ id: channel });
  const model = await startFakeOpenAi({ apiKey: canaries.openAiKey });
  onTestFinished(() => model.close());

  const config = configOf(folder, { apiUrl: slack.apiUrl, baseUrl: model.baseUrl });
  const clock = createFastClock(20);
  const base = { config, clock, metrics: createRecordingMetrics(), log: witness.log };
  const sound = await composeStores(base);
  const broken = new Set<string>();
  const stores = breakable(sound, broken);
  const doors = composeDoors(base, stores);
  const { worker, index, embedder } = composeWorker(base, stores);
  writeFileSync(path.join(folder, 'docs.md'), page);
  await ingestConfigured({ embedder, writer: index }, config);
  worker.start();
  onTestFinished(() => worker.stop());

  const slackWay = composeSlack(base, stores);
  if (slackWay === undefined) throw new Error('no Slack is set up');
  const inbound = createSlackInbound({
    ...slackWay,
    settings: { ...slackWay.settings, signingSecret: config.slack?.signingSecret ?? '' },
    ...{ ...stores, ...doors, clock, log: witness.log },
    followUps: true,
    looksLikeQuestion: () => true,
    placeOf: () => ({ dialogId: asId('default'), listen: 'mention', audience: 'team' }),
  });
  const app = createHttpApp({
    ...{ ...stores, ...doors, clock, log: witness.log, apiKeys: config.http.apiKeys },
    newMessageId: () => 'm1',
    metrics: { contentType: 'text/plain', render: async () => '' },
    checkReadiness: async () => ({ ready: true, parts: {} }),
    extraRoutes: [{ path: '/slack/events', handle: inbound.handle }],
  });
  const server = await startHttpServer(app, { host: '127.0.0.1', port: 0, clock });
  onTestFinished(() => server.close());
  slack.sendEventsTo(`${server.url}/slack/events`);

  const says = (text: string) =>
    model.respond((request) => answer(isRefining(request) ? canaries.question : text));
  const ended = (ts: string): Promise<Turn> =>
    vi.waitFor(
      async () => {
        const id = slackTurnId({ team: slack.team.id, channel, ts });
        const turn = await sound.turns.getTurn(id);
        if (turn === undefined || turn.open) throw new Error('the turn has not ended');
        return turn;
      },
      { timeout: 10_000, interval: 10 },
    );
  says(`${canaries.earlierAnswer} [ID:0]`);
  const first = await slack.mention({ channel, user, text: canaries.earlierQuestion });
  await ended(first.ts);
  says(`${canaries.answer} [ID:0]`);
  const before = slack.timeline().length;

  return {
    witness,
    slack,
    model,
    index,
    broken,
    ended,
    app,
    isRefining,
    /** A follow-up in the thread of the earlier question. */
    ask: () => slack.mention({ channel, user, text: canaries.question, threadTs: first.threadTs }),
    /** All that the bot ever showed since the follow-up, drafts and private notices too. */
    shown: () =>
      slack
        .timeline()
        .slice(before)
        .filter(({ byBot }) => byBot)
        .map(({ text }) => text),
    /** What stands below the earlier answer now. */
    replies: () =>
      slack
        .botMessages(channel, first.threadTs)
        .slice(1)
        .map(({ text }) => text),
    /** The private notices. */
    notices: () =>
      slack
        .timeline()
        .filter((change) => change.channel !== channel)
        .map(({ text }) => text),
    /** Resolves when something went wrong that operators are told. */
    told: () =>
      vi.waitFor(
        () => {
          if (!witness.lines.some((line) => /"level":"(warn|error)"/.test(line)))
            throw new Error('nothing was logged');
        },
        { timeout: 10_000, interval: 10 },
      ),
  };
};

const configOf = (
  folder: string,
  urls: { readonly apiUrl: string; readonly baseUrl: string },
): Config => {
  const result = loadConfig({
    env: {
      FOOTNOTE_DATA_DIR: path.join(folder, 'data'),
      FOOTNOTE_API_KEYS: canaries.apiKey,
      FOOTNOTE_LEASE_MS: '60000',
      FOOTNOTE_SWEEP_MS: '4000',
      OPENAI_API_KEY: canaries.openAiKey,
      OPENAI_BASE_URL: urls.baseUrl,
      FOOTNOTE_CHAT_MODEL: 'fake-chat',
      SLACK_BOT_TOKEN: canaries.slackBotToken,
      SLACK_SIGNING_SECRET: canaries.slackSigningSecret,
      SLACK_API_URL: urls.apiUrl,
    },
    file: { text: file, path: path.join(folder, 'footnote.yaml') },
    sample: false,
  });
  if ('faults' in result) throw new Error(result.faults.join('\n'));
  return result.config;
};
