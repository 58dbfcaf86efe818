/** However MongoDB, Redis and BullMQ fail, and however the command fails to start, neither text nor password reaches the log or an error. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { createConnection } from 'mongoose';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { composeStores, type Stores } from '../../app/compose-stores.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import {
  asId,
  type ConversationId,
  newConversationId,
  type WorkerId,
} from '../../src/domain/ids.ts';
import { createSystemClock } from '../../src/drivers/system/system-clock.ts';
import { buildConversation, buildNewTurn, buildReference } from '../fakes/build.ts';
import { createRecordingMetrics } from '../fakes/recording-metrics.ts';
import { canaries } from '../privacy/canaries.ts';
import { hostileError } from '../privacy/hostile-error.ts';
import { createWitness } from '../privacy/witness.ts';
import { runFootnote } from './flows/footnote-process.ts';
import { freePort } from './servers/free-port.ts';
import { startMongo } from './servers/start-mongo.ts';
import { startRedis } from './servers/start-redis.ts';
import { type Started, startTestServer, type TestServer } from './servers/test-server.ts';
import { ownNames } from './servers/with-servers.ts';

const clock = createSystemClock();
const patience = { timeout: 30_000, interval: 50 };
const conversation = buildConversation({ name: canaries.question });
const newTurn = buildNewTurn({
  question: { text: canaries.question },
  seedHistory: [{ role: 'user', content: canaries.earlierQuestion }],
});
const delta = { type: 'delta', text: canaries.answer } as const;

const withPassword = (url: string, password: string): string => {
  const full = new URL(url);
  full.username = 'bot';
  full.password = password;
  return full.href;
};
const nowhere = {
  mongodbUrl: withPassword('mongodb://127.0.0.1:9/footnote', canaries.mongoPassword),
  redisUrl: withPassword('redis://127.0.0.1:9', canaries.redisPassword),
};

/** The stores as `app` wires them; they are closed when the test has finished. */
const openStores = async (servers: Partial<typeof nowhere>) => {
  const witness = createWitness();
  const { mongodbUrl, redisUrl } = { ...ownNames(import.meta.url), ...servers };
  const result = loadConfig({
    env: { MONGODB_URL: mongodbUrl, REDIS_URL: redisUrl },
    file: { text: 'dialogs: { default: {} }', path: 'footnote.yaml' },
    sample: false,
  });
  if ('faults' in result) throw new Error(result.faults.join('\n'));
  const opening = composeStores({
    ...{ config: result.config, clock, log: witness.log },
    metrics: createRecordingMetrics(),
  });
  opening.then(
    (stores) => onTestFinished(() => stores.close()),
    () => undefined,
  );
  return { witness, opening };
};

const own = (started: Started): TestServer => {
  if ('missing' in started) throw new Error(started.missing);
  onTestFinished(() => started.server.stop());
  return started.server;
};

/** Every call that carries something private. */
const callsOf = ({ conversations, turns, work, leases }: Stores): readonly Promise<unknown>[] => [
  conversations.addConversation({ ...conversation, id: newConversationId(), key: 'http-new' }),
  conversations.renameConversation(conversation.id, canaries.title),
  conversations.findConversation(canaries.question),
  turns.addTurn(conversation.id, { ...newTurn, id: asId('slack-T1-C1-2.1') }),
  turns.listTurns(conversation.id),
  turns.hasAsked(conversation.id, canaries.question),
  work.updateTurn(newTurn.id, 1, { answer: { text: canaries.answer } }),
  leases.acquireLease(conversation.id, { owner: asId<WorkerId>('w'), leaseMs: 1_000 }),
];

describe('MongoDB', () => {
  test('is not there, or knows no such user', async () => {
    const { witness, opening } = await openStores({ mongodbUrl: nowhere.mongodbUrl });
    expect(await witness.fails(opening)).toBe('store_unavailable');
    const { mongodbUrl } = ownNames(import.meta.url);
    const unknown = await openStores({
      mongodbUrl: `${withPassword(mongodbUrl, canaries.mongoPassword)}?authSource=admin`,
    });
    expect(await witness.fails(unknown.opening)).toBe('store_unavailable');
    expect([...witness.leaks(), ...unknown.witness.leaks()]).toEqual([]);
  });

  test('falls silent, stops and comes back', async () => {
    const mongo = own(await startMongo());
    const { witness, opening } = await openStores({ mongodbUrl: `${mongo.url}/footnote` });
    const stores = await opening;
    await stores.conversations.addConversation(conversation);
    await stores.turns.addTurn(conversation.id, newTurn);
    mongo.pause();
    await Promise.all(callsOf(stores).map(witness.fails));
    mongo.resume();
    await mongo.stop();
    await Promise.all(callsOf(stores).map(witness.fails));
    await witness.fails(stores.ping());
    await mongo.start();
    await vi.waitFor(() => stores.ping(), patience);
    expect(new Set(witness.codes)).toEqual(new Set(['store_unavailable']));
    expect(witness.lines.length).toBeGreaterThan(0);
    expect(witness.leaks()).toEqual([]);
  });

  test('refuses what is too large or of another form', async () => {
    const { witness, opening } = await openStores({});
    const { conversations, turns } = await opening;
    await conversations.addConversation(conversation);
    const odd = (question: unknown) => ({ ...newTurn, question }) as typeof newTurn;
    const add = (question: unknown) => turns.addTurn(conversation.id, odd(question));
    await witness.fails(add({ text: canaries.question.padEnd(17 * 1024 * 1024, '.') }));
    await witness.fails(add({ text: { words: canaries.question } }));
    await witness.fails(add({ text: '', [canaries.title]: canaries.question }));
    await witness.fails(add(canaries.question));
    expect(witness.leaks()).toEqual([]);
  });

  test('holds data of a newer release', async () => {
    const { mongodbUrl } = ownNames(import.meta.url);
    const connection = await createConnection(mongodbUrl).asPromise();
    onTestFinished(() => connection.close());
    const meta = connection.collection<{ _id: string; version: number; note: string }>('meta');
    await meta.insertOne({ _id: 'schema', version: 99, note: canaries.document });
    const { witness, opening } = await openStores({ mongodbUrl });
    expect(await witness.fails(opening)).toBe('config_invalid');
    expect(witness.leaks()).toEqual([]);
  });
});

describe('Redis', () => {
  const callsOfRedis = ({ answerLog, stopSignal, queue }: Stores) => {
    const { signal } = new AbortController();
    const read = async () => {
      for await (const _entry of answerLog.read(newTurn.id, { signal })) break;
    };
    // `read` bears an outage of 5 s before it fails.
    return [
      answerLog.append(newTurn.id, { type: 'reset', attempt: 1 }),
      answerLog.append(newTurn.id, delta),
      stopSignal.publish(newTurn.id),
      queue.wake(conversation.id),
      answerLog.has(newTurn.id),
      read(),
    ];
  };

  test('is not there, or wants another password', async () => {
    const port = await freePort();
    const guarded = await startTestServer({
      url: `redis://127.0.0.1:${port}`,
      command: 'redis-server',
      args: [
        ...['--port', String(port), '--bind', '127.0.0.1', '--save', ''],
        ...['--requirepass', canaries.apiKey],
      ],
      ready: /Ready to accept connections/,
    });
    onTestFinished(() => guarded.stop());
    const urls = [
      nowhere.redisUrl,
      withPassword(guarded.url, canaries.redisPassword),
      guarded.url.replace('//', `//:${canaries.redisPassword}@`),
      guarded.url,
    ];
    const tries = urls.map(async (redisUrl) => {
      const { witness, opening } = await openStores({ redisUrl });
      const stores = await opening;
      const consumer = stores.queue.consume(async () => {});
      await Promise.all(callsOfRedis(stores).map(witness.fails));
      await consumer.stop();
      return witness;
    });
    for (const witness of await Promise.all(tries)) expect(witness.leaks()).toEqual([]);
  });

  test('falls silent and stops in mid-answer', async () => {
    const redis = own(await startRedis());
    const { witness, opening } = await openStores({ redisUrl: redis.url });
    const stores = await opening;
    await stores.answerLog.append(newTurn.id, { type: 'reset', attempt: 1 });
    await stores.answerLog.append(newTurn.id, delta);
    redis.pause();
    await witness.fails(stores.answerLog.append(newTurn.id, delta));
    await witness.fails(stores.queue.wake(conversation.id));
    redis.resume();
    await redis.stop();
    await Promise.all(callsOfRedis(stores).map(witness.fails));
    await vi.waitFor(() => expect(witness.lines.join()).toContain('redis lost'), patience);
    expect(witness.leaks()).toEqual([]);
  });

  test('holds keys of another type, and entries that are no events', async () => {
    const redis = own(await startRedis());
    const { witness, opening } = await openStores({ redisUrl: redis.url });
    const { answerLog } = await opening;
    const plain = new Redis(redis.url);
    onTestFinished(() => plain.disconnect());
    const { signal } = new AbortController();
    const read = async () => {
      for await (const _entry of answerLog.read(newTurn.id, { signal })) break;
    };
    const key = `footnote:answer:${newTurn.id}`;
    const badEvents = [
      JSON.stringify({ type: 'final', answer: canaries.answer, reference: buildReference() }),
      JSON.stringify(canaries.document),
      canaries.answer,
    ];
    for (const json of badEvents) {
      await plain.xadd(key, '*', 'event', json);
      expect(await witness.fails(read())).toBe('payload_invalid');
      await plain.del(key);
    }
    await plain.set(key, canaries.answer);
    await witness.fails(answerLog.append(newTurn.id, { type: 'reset', attempt: 1 }));
    await witness.fails(read());
    expect(witness.leaks()).toEqual([]);
  });
});

test('BullMQ brings wake-ups that are none, and a worker that fails with all that it knows', async () => {
  const redis = own(await startRedis());
  const { witness, opening } = await openStores({ redisUrl: redis.url });
  const { queue } = await opening;
  const foreign = new Queue('footnote-conversations', {
    prefix: 'footnote',
    connection: new Redis(redis.url, { maxRetriesPerRequest: null }),
  });
  onTestFinished(() => foreign.disconnect());
  const handled: ConversationId[] = [];
  const consumer = queue.consume(async (id) => {
    handled.push(id);
    throw hostileError();
  });
  await foreign.add('wake-up', { conversationId: canaries.question });
  await foreign.add(canaries.question, { question: canaries.question });
  await foreign.add('wake-up', [canaries.apiKey]);
  const id = newConversationId();
  await queue.wake(id);
  await vi.waitFor(() => expect(handled).toContain(id), patience);
  await vi.waitFor(() => expect(witness.lines).toHaveLength(4), patience);
  await consumer.stop();
  expect(witness.leaks()).toEqual([]);
});

test('the command fails for many reasons, and says none of what it knows', async () => {
  const witness = createWitness();
  const folder = mkdtempSync(path.join(tmpdir(), 'footnote-privacy-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'footnote.yaml');
  writeFileSync(
    file,
    'knowledge: { docs: { audience: team, sources: [{ folder: . }] } }\ndialogs: { default: { knowledge: [docs] } }',
  );
  writeFileSync(path.join(folder, 'page.md'), `# ${canaries.title}\n\n${canaries.document}\n`);
  let runs = 0;
  const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    runs += 1;
    return runFootnote(args, {
      FOOTNOTE_CONFIG: file,
      FOOTNOTE_DATA_DIR: path.join(folder, `data-${runs}`),
      FOOTNOTE_PORT: '0',
      FOOTNOTE_API_KEYS: canaries.apiKey,
      SLACK_BOT_TOKEN: canaries.slackBotToken,
      SLACK_SIGNING_SECRET: canaries.slackSigningSecret,
      OPENAI_API_KEY: canaries.openAiKey,
      OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
      MONGODB_URL: nowhere.mongodbUrl,
      REDIS_URL: nowhere.redisUrl,
      ...env,
    });
  };
  const outputs = await Promise.all([
    run(['start'], { FOOTNOTE_LEASE_MS: '1' }),
    run(['start']),
    run(['start', '--only', 'worker', '--loudly']),
    run(['ingest'], { FOOTNOTE_DATA_DIR: '/dev/null/index' }),
    run(['ingest'], { FOOTNOTE_EMBEDDING_MODEL: 'embedding' }),
    run(['ask', canaries.question]),
  ]);
  expect(outputs.map(({ code }) => code)).not.toContain(0);
  witness.shown('output', outputs);
  expect(witness.leaks()).toEqual([]);
});
