/** Opens the stores in MongoDB for the contracts, each time on a database of its own. */
import { createConnection } from 'mongoose';
import { onTestFinished, vi } from 'vitest';
import { createMongoStore } from '../../src/drivers/mongo/mongo-store.ts';
import type { OpenStores } from '../contracts/store-harness.ts';
import { ownNames } from './servers/with-servers.ts';

export const openMongoStores: OpenStores = async () => {
  const { mongodbUrl: url } = ownNames(import.meta.url);
  const store = await createMongoStore({ url, outage: { failed() {}, passed() {} } });
  onTestFinished(async () => {
    await store.close();
    const connection = await createConnection(url).asPromise();
    await connection.dropDatabase();
    await connection.close();
  });
  return {
    ...store,
    leaseMs: 1_000,
    eventually: (check) => vi.waitFor(check, { timeout: 10_000, interval: 50 }),
  };
};
