/** Conversations, turns, leases and installations in MongoDB: opens the connection, brings the schema up to date and builds the indexes. */
import { type Connection, createConnection } from 'mongoose';
import { BotError } from '../../domain/errors.ts';
import type { ConversationPointers } from '../../ports/conversation-pointers.ts';
import type { ConversationStore } from '../../ports/conversation-store.ts';
import type { InstallationStore } from '../../ports/installation-store.ts';
import type { LeaseStore } from '../../ports/lease-store.ts';
import type { TurnChanges } from '../../ports/turn-changes.ts';
import type { TurnStore } from '../../ports/turn-store.ts';
import type { TurnWork } from '../../ports/turn-work.ts';
import { createMongoConversationPointers } from './mongo-conversation-pointers.ts';
import { createMongoConversationStore } from './mongo-conversation-store.ts';
import { createMongoInstallationStore } from './mongo-installation-store.ts';
import { createMongoLeaseStore } from './mongo-lease-store.ts';
import { createMongoModels } from './mongo-models.ts';
import { createMongoTurnChanges } from './mongo-turn-changes.ts';
import { createMongoTurnStore } from './mongo-turn-store.ts';
import { createMongoTurnWork } from './mongo-turn-work.ts';
import { migrateSchema, migrations } from './schema-version.ts';
import { guarded } from './store-errors.ts';

export interface MongoStore {
  readonly conversations: ConversationStore;
  readonly turns: TurnStore;
  readonly changes: TurnChanges;
  readonly leases: LeaseStore;
  readonly work: TurnWork;
  readonly installationStore: InstallationStore;
  readonly pointers: ConversationPointers;
  /** Rejects with `store_unavailable` when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Told when the connection is lost and when it is back. */
export interface StoreOutage {
  failed(error: BotError): void;
  passed(): void;
}

/**
 * Slack waits 3 s for its acknowledgement, so that a database which cannot be reached is given up before. A socket that
 * falls silent is given up after 5 s: the outcome of its call is unknown then. Heartbeats tell of a loss that no call meets.
 */
const connectionOptions = {
  serverSelectionTimeoutMS: 2_000,
  connectTimeoutMS: 2_000,
  waitQueueTimeoutMS: 2_000,
  socketTimeoutMS: 5_000,
  heartbeatFrequencyMS: 2_000,
  maxPoolSize: 50,
  writeConcern: { w: 'majority', journal: true },
  readPreference: 'primary',
  ignoreUndefined: true,
  bufferCommands: false,
  autoIndex: false,
  autoCreate: false,
} as const;

/**
 * Connects; cheap when schema and indexes are up to date. Rejects with `store_unavailable`, or with `config_invalid` when the
 * data are of a newer release.
 *
 * @param options.url The database is `footnote` when it names none.
 */
export const createMongoStore = guarded(
  async ({
    url,
    outage,
  }: {
    readonly url: string;
    readonly outage: StoreOutage;
  }): Promise<MongoStore> => {
    const connection = createConnection(url, {
      ...connectionOptions,
      ...(namesDatabase(url) ? {} : { dbName: 'footnote' }),
    });
    try {
      await connection.asPromise();
      const models = createMongoModels(connection);
      await migrateSchema(connection, migrations);
      await models.conversations.createIndexes();
      await models.turns.createIndexes();
      await models.nonces.createIndexes();
      await models.pointers.createIndexes();
      const stopWatching = watchConnection(connection, outage);
      return {
        conversations: createMongoConversationStore(models),
        turns: createMongoTurnStore(models),
        changes: createMongoTurnChanges(models),
        leases: createMongoLeaseStore(models),
        work: createMongoTurnWork(models),
        installationStore: createMongoInstallationStore(models),
        pointers: createMongoConversationPointers(models),
        ping: guarded(async () => {
          await connection.db?.command({ ping: 1 });
        }),
        async close() {
          stopWatching();
          await connection.close();
        },
      };
    } catch (error) {
      await connection.close();
      throw error;
    }
  },
);

const namesDatabase = (url: string): boolean => /^mongodb(\+srv)?:\/\/[^/]+\/[^?]/.test(url);

/** Until the returned function is called. */
const watchConnection = (connection: Connection, outage: StoreOutage): (() => void) => {
  const lost = () => outage.failed(new BotError('store_unavailable'));
  const back = () => outage.passed();
  connection.on('disconnected', lost).on('connected', back);
  return () => connection.off('disconnected', lost).off('connected', back);
};
