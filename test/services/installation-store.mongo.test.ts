/** The contract of the installation store on MongoDB. */
import { createConnection } from 'mongoose';
import { describe, onTestFinished } from 'vitest';
import { createMongoStore } from '../../src/drivers/mongo/mongo-store.ts';
import { describeInstallationStore } from '../contracts/installation-store.contract.ts';
import { ownNames } from './servers/with-servers.ts';

describe('the installation store in MongoDB', () =>
  describeInstallationStore(async () => {
    const { mongodbUrl: url } = ownNames(import.meta.url);
    const openStore = async () => {
      const store = await createMongoStore({ url, outage: { failed() {}, passed() {} } });
      onTestFinished(() => store.close());
      return store.installationStore;
    };
    onTestFinished(async () => {
      const connection = await createConnection(url).asPromise();
      await connection.dropDatabase();
      await connection.close();
    });
    return { store: await openStore(), again: openStore };
  }));
