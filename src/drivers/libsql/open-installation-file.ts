/** Installations in one libsql file, for the embedded mode: they outlive the process, as its conversations do not. */
import type { Platform } from '../../domain/platform.ts';
import type { Installation, InstallationStore } from '../../ports/installation-store.ts';
import { openDatabase } from './database.ts';

/** A released migration is never changed; a new one is added behind it. Times are milliseconds since the epoch. */
const migrations: readonly string[] = [
  `CREATE TABLE installations (
  platform TEXT NOT NULL, key TEXT NOT NULL, sealed TEXT NOT NULL, updated_at INTEGER NOT NULL, PRIMARY KEY (platform, key)
) WITHOUT ROWID;
CREATE TABLE nonces (nonce TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) WITHOUT ROWID`,
];

interface Row {
  readonly platform: Platform;
  readonly key: string;
  readonly sealed: string;
  readonly updated_at: number;
}

const columns = 'platform, key, sealed, updated_at';

export interface InstallationFile extends InstallationStore {
  close(): Promise<void>;
}

/** Throws `store_unavailable` when the file cannot be used. Every call is synchronous and takes well under a millisecond. */
export const openInstallationFile = (options: {
  /** Of the file; its folder must exist. */
  readonly path: string;
  readonly now: () => number;
}): InstallationFile => {
  const database = openDatabase(options.path, migrations);
  return {
    async putInstallation({ platform, key, sealed, updatedAt }) {
      database.run(`INSERT OR REPLACE INTO installations (${columns}) VALUES (?, ?, ?, ?)`, [
        platform,
        key,
        sealed,
        updatedAt.getTime(),
      ]);
    },
    async findInstallation(platform, key) {
      const [row] = database.all<Row>(
        `SELECT ${columns} FROM installations WHERE platform = ? AND key = ?`,
        [platform, key],
      );
      return row && toInstallation(row);
    },
    async listInstallations(platform) {
      return database
        .all<Row>(`SELECT ${columns} FROM installations WHERE platform = ? ORDER BY key`, [
          platform,
        ])
        .map(toInstallation);
    },
    async removeInstallation({ platform, key, sealed }) {
      database.run('DELETE FROM installations WHERE platform = ? AND key = ? AND sealed = ?', [
        platform,
        key,
        sealed,
      ]);
    },
    async spendNonce(nonce, expiresAt) {
      return database.write(() => {
        database.run('DELETE FROM nonces WHERE expires_at <= ?', [options.now()]);
        const added = database.all(
          'INSERT INTO nonces VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING nonce',
          [nonce, expiresAt.getTime()],
        );
        return added.length > 0;
      });
    },
    close: async () => database.close(),
  };
};

const toInstallation = ({ platform, key, sealed, updated_at }: Row): Installation => ({
  platform,
  key,
  sealed,
  updatedAt: new Date(updated_at),
});
