/** Holds how the MongoDB store starts, and what it says when the database fails. */
import { createConnection } from 'mongoose';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createOutage } from '../../jobs/outage.ts';
import { asId } from '../../src/domain/ids.ts';
import { createMongoStore } from '../../src/drivers/mongo/mongo-store.ts';
import { type Migration, migrateSchema } from '../../src/drivers/mongo/schema-version.ts';
import { createSystemClock } from '../../src/drivers/system/system-clock.ts';
import { buildConversation, buildNewTurn } from '../fakes/build.ts';
import { createRecordingLog } from '../fakes/recording-log.ts';
import { startMongo } from './servers/start-mongo.ts';
import { ownNames } from './servers/with-servers.ts';

const openConnection = async () => {
  const connection = await createConnection(ownNames(import.meta.url).mongodbUrl).asPromise();
  onTestFinished(async () => {
    await connection.dropDatabase();
    await connection.close();
  });
  return connection;
};

const openStore = async (url: string) => {
  const log = createRecordingLog();
  const outage = createOutage({
    lost: 'store lost',
    back: 'store back',
    clock: createSystemClock(),
    log,
  });
  const store = await createMongoStore({ url, outage });
  onTestFinished(() => store.close());
  return { store, log };
};

const unreachable = 'mongodb://127.0.0.1:1/footnote';

describe('createMongoStore', () => {
  test('builds its indexes, and finds them when it starts again', async () => {
    const connection = await openConnection();
    const url = `mongodb://${connection.host}:${connection.port}/${connection.name}`;
    await openStore(url);
    const { store } = await openStore(url);
    await expect(store.ping()).resolves.toBeUndefined();

    const keysOf = async (collection: string) =>
      (await connection.collection(collection).indexes()).map(({ key, unique }) => ({
        fields: Object.keys(key),
        unique: unique === true,
      }));
    expect(await keysOf('conversations')).toEqual(
      expect.arrayContaining([
        { fields: ['keys'], unique: true },
        { fields: ['dialogId', 'userId', 'createdAt'], unique: false },
      ]),
    );
    expect(await keysOf('turns')).toEqual(
      expect.arrayContaining([
        { fields: ['conversationId', 'seq'], unique: true },
        { fields: ['clientMsgId'], unique: true },
        { fields: ['conversationId', 'askedAt', 'seq'], unique: false },
        { fields: ['open', 'conversationId', 'askedAt', 'seq'], unique: false },
      ]),
    );
  });

  test('starts in several processes at once', async () => {
    const { mongodbUrl } = ownNames(import.meta.url);
    const started = await Promise.all(Array.from({ length: 5 }, () => openStore(mongodbUrl)));
    expect(started).toHaveLength(5);
  });

  test('rejects within Slack’s 3 s when no database answers', async () => {
    const start = performance.now();
    await expect(
      createMongoStore({ url: unreachable, outage: { failed() {}, passed() {} } }),
    ).rejects.toMatchObject({ code: 'store_unavailable', retryable: true });
    expect(performance.now() - start).toBeLessThan(3_000);
  });
});

describe('a database that stops', () => {
  test('fails every call with store_unavailable within 3 s, and is found again', async ({
    skip,
  }) => {
    const started = await startMongo();
    const server = 'server' in started ? started.server : skip(started.missing);
    onTestFinished(() => server.stop());
    const { store, log } = await openStore(`${server.url}/stopped`);
    const conversation = buildConversation();
    await store.conversations.addConversation(conversation);

    await server.stop();
    const start = performance.now();
    const turnId = buildNewTurn().id;
    const failed = await Promise.allSettled([
      store.ping(),
      store.conversations.addConversation(conversation),
      store.conversations.getConversation(conversation.id),
      store.conversations.findConversation(conversation.key),
      store.conversations.listConversations(conversation),
      store.conversations.renameConversation(conversation.id, 'New'),
      store.turns.addTurn(conversation.id, buildNewTurn()),
      store.turns.getTurn(turnId),
      store.turns.listTurns(conversation.id),
      store.turns.hasAsked(conversation.id, 'U1'),
      store.changes.requestCancel(turnId, { removeReply: true }),
      store.changes.editQuestion(turnId, 'Another question?'),
      store.changes.rateTurn(turnId, { rater: 'U1', helpful: true }),
      store.conversations.attachThread(conversation.id, 'slack-T1-C1-2.2'),
      store.leases.acquireLease(conversation.id, { owner: asId('worker-1'), leaseMs: 1_000 }),
      store.leases.renewLease(conversation.id, 1),
      store.leases.releaseLease(conversation.id, 1),
      store.leases.findConversationsToDrain({ leaseMs: 1_000, limit: 10 }),
      store.work.claimTurn(conversation.id, 1),
      store.work.updateTurn(turnId, 1, { state: 'running' }),
      store.work.updateAtRevision(turnId, 1, { revision: 0, patch: { state: 'running' } }),
      store.work.hasOpenTurns(conversation.id),
    ]);
    expect(performance.now() - start).toBeLessThan(3_000);
    for (const outcome of failed)
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { code: 'store_unavailable', cause: { name: expect.stringMatching(/^Mongo/) } },
      });

    const told = () => log.lines.map(({ level, event }) => `${level}: ${event}`);
    const lost = 'warn: store lost';
    await vi.waitFor(() => expect(told()).toEqual([lost]), { timeout: 20_000 });
    await server.start();
    const back = 'info: store back';
    await vi.waitFor(() => expect(told()).toEqual([lost, back]), { timeout: 20_000 });
    await expect(store.ping()).resolves.toBeUndefined();
  });

  test('leaves nothing of a question in the error when it falls silent', async ({ skip }) => {
    const started = await startMongo();
    const server = 'server' in started ? started.server : skip(started.missing);
    onTestFinished(() => server.stop());
    const { store, log } = await openStore(`${server.url}/silent`);
    const { conversation } = await store.conversations.addConversation(buildConversation());

    server.pause();
    const adding = store.turns.addTurn(
      conversation.id,
      buildNewTurn({ question: { text: 'canary-7f3a' } }),
    );
    const error: unknown = await adding.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'store_unavailable' });
    expect(JSON.stringify({ error, lines: log.lines })).not.toContain('canary-7f3a');
    server.resume();
    const { turn } = await vi.waitFor(() => store.turns.addTurn(conversation.id, buildNewTurn()), {
      timeout: 20_000,
      interval: 100,
    });
    expect(turn.state).toBe('queued');
  });
});

describe('migrations', () => {
  test('lets the conversations of version 1 be found by their key', async () => {
    const connection = await openConnection();
    await migrateSchema(connection, []);
    const { id, ...fields } = buildConversation();
    await connection
      .collection<{ _id: string; key: string; nextSeq: number; fence: number }>('conversations')
      .insertOne({ _id: id, ...fields, nextSeq: 1, fence: 0 });
    const url = `mongodb://${connection.host}:${connection.port}/${connection.name}`;
    const { store } = await openStore(url);
    expect(await store.conversations.findConversation(fields.key)).toMatchObject({ id });
    expect(await store.conversations.attachThread(id, 'slack-T1-C1-2.2')).toBe(true);
    expect(await store.conversations.findConversation('slack-T1-C1-2.2')).toMatchObject({ id });
  });
});

describe('migrateSchema', () => {
  const recording = () => {
    const ran: number[] = [];
    const step =
      (version: number): Migration =>
      async () => {
        ran.push(version);
      };
    return { ran, step };
  };
  const versionOf = async (connection: Awaited<ReturnType<typeof openConnection>>) =>
    (await connection.collection('meta').findOne())?.['version'];

  test('begins an empty database at the newest version', async () => {
    const connection = await openConnection();
    const { ran, step } = recording();
    await migrateSchema(connection, [step(1), step(2)]);
    expect(ran).toEqual([]);
    expect(await versionOf(connection)).toBe(3);
  });

  test('runs what an older database has not seen, in order, once', async () => {
    const connection = await openConnection();
    const { ran, step } = recording();
    await migrateSchema(connection, []);
    await migrateSchema(connection, [step(1), step(2)]);
    await migrateSchema(connection, [step(1), step(2), step(3)]);
    expect(ran).toEqual([1, 2, 3]);
    expect(await versionOf(connection)).toBe(4);
  });

  test('stays before a migration that failed, and goes on from there', async () => {
    const connection = await openConnection();
    const { ran, step } = recording();
    await migrateSchema(connection, []);
    const failing: Migration = () => Promise.reject(new Error('no disk'));
    await expect(migrateSchema(connection, [step(1), failing])).rejects.toThrow('no disk');
    expect(await versionOf(connection)).toBe(2);
    await migrateSchema(connection, [step(1), step(2)]);
    expect(ran).toEqual([1, 2]);
  });

  test('refuses the data of a newer release', async () => {
    const connection = await openConnection();
    const { step } = recording();
    await migrateSchema(connection, [step(1)]);
    await expect(migrateSchema(connection, [])).rejects.toMatchObject({
      code: 'config_invalid',
      details: { schemaVersion: 2, supportedVersion: 1 },
    });
  });
});
