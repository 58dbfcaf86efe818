/** Opens a libsql file with the settings that every part of it needs. */
import Libsql from 'libsql';
import { BotError, safeCause } from '../../domain/errors.ts';

/** What may be bound. Vectors go in as `Buffer`: the driver aborts the process on other typed arrays. */
export type SqlValue = string | number | null | Buffer;

export interface Database {
  run(sql: string, values?: readonly SqlValue[]): void;
  all<Row>(sql: string, values?: readonly SqlValue[]): readonly Row[];
  /** All or nothing; readers see the state before until it is through. */
  write<Result>(work: () => Result): Result;
  /** Everything that `work` reads is of one moment. */
  snapshot<Result>(work: () => Result): Result;
  close(): void;
}

interface Statement {
  run(values: readonly SqlValue[]): void;
  all(values: readonly SqlValue[]): unknown[];
}

/** How long a writer waits for another process's writer. The wait blocks this process, so it is short; write transactions take milliseconds. */
const busyTimeoutMs = 2_000;

/**
 * Applies the migrations that the file has not seen, each in its own transaction. Every call is synchronous.
 *
 * All of it throws `store_unavailable`: the folder is missing, the file is no database, the disk is full, or it was written by a newer version
 * (`details.schemaVersion`).
 */
export const openDatabase = (path: string, migrations: readonly string[]): Database =>
  translated(() => {
    const libsql = new Libsql(path, {});
    try {
      libsql.exec(
        `PRAGMA busy_timeout = ${busyTimeoutMs}; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL`,
      );
      const database = createDatabase(libsql);
      migrate(libsql, database, migrations);
      return database;
    } catch (error) {
      libsql.close();
      throw error;
    }
  });

const createDatabase = (libsql: Libsql.Database): Database => {
  const statements = new Map<string, Statement>();
  const prepare = (sql: string): Statement => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const statement: Statement = libsql.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  const transaction = <Result>(begin: string, work: () => Result): Result =>
    translated(() => {
      libsql.exec(begin);
      try {
        const result = work();
        libsql.exec('COMMIT');
        return result;
      } catch (error) {
        libsql.exec('ROLLBACK');
        throw error;
      }
    });
  return {
    run: (sql, values = []) => translated(() => prepare(sql).run([...values])),
    all: <Row>(sql: string, values: readonly SqlValue[] = []) =>
      translated(() => prepare(sql).all([...values]) as Row[]),
    write: (work) => transaction('BEGIN IMMEDIATE', work),
    snapshot: (work) => transaction('BEGIN', work),
    close: () => libsql.close(),
  };
};

/** `user_version` counts the migrations that a file has seen. Looked at again inside the transaction: two processes may open a new file at once. */
const migrate = (
  libsql: Libsql.Database,
  database: Database,
  migrations: readonly string[],
): void => {
  const version = (): number =>
    database.all<{ user_version: number }>('PRAGMA user_version')[0]?.user_version ?? 0;
  if (version() > migrations.length)
    throw new BotError('store_unavailable', { details: { schemaVersion: version() } });
  for (const [index, statements] of migrations.entries()) {
    if (version() > index) continue;
    database.write(() => {
      if (version() > index) return;
      libsql.exec(`${statements}; PRAGMA user_version = ${index + 1}`);
    });
  }
};

const translated = <Result>(work: () => Result): Result => {
  try {
    return work();
  } catch (error) {
    if (error instanceof BotError) throw error;
    throw new BotError('store_unavailable', { cause: safeCause(error) });
  }
};
