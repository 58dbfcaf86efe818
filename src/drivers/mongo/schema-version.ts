/** Brings the data of an earlier release to the form that this one reads. */
import type { Connection } from 'mongoose';
import { BotError } from '../../domain/errors.ts';
import { isDuplicateKey } from './store-errors.ts';

/** Changes the data of one version into the next. Several processes may run it at once, and again after a crash in its midst. */
export type Migration = (connection: Connection) => Promise<void>;

/** The first leads from version 1 to 2, and so on. Only ever added to. 2: conversations are found by `keys`, their own and those of attached threads. */
export const migrations: readonly Migration[] = [
  async (connection) => {
    const conversations = connection.collection<{ key: string; keys?: string[] }>('conversations');
    for await (const { _id, key } of conversations.find({ keys: { $exists: false } }))
      await conversations.updateOne({ _id }, { $set: { keys: [key] } });
  },
];

interface SchemaRecord {
  readonly _id: 'schema';
  readonly version: number;
}

/**
 * Runs the migrations that the database has not seen. An empty database begins at the newest version.
 *
 * Throws `config_invalid` when a newer release has written the data already.
 */
export const migrateSchema = async (
  connection: Connection,
  steps: readonly Migration[],
): Promise<void> => {
  const records = connection.collection<SchemaRecord>('meta');
  const newest = steps.length + 1;
  const found = await records.findOne({ _id: 'schema' });
  if (!found) {
    await records.insertOne({ _id: 'schema', version: newest }).catch((error: unknown) => {
      // Another process began the same empty database.
      if (!isDuplicateKey(error)) throw error;
    });
    return;
  }
  if (found.version > newest) {
    throw new BotError('config_invalid', {
      details: { schemaVersion: found.version, supportedVersion: newest },
    });
  }
  for (let version = found.version; version < newest; version += 1) {
    await steps[version - 1]?.(connection);
    await records.updateOne({ _id: 'schema', version }, { $set: { version: version + 1 } });
  }
};
