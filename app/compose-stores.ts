/** Decides where everything is kept: MongoDB and Redis, or this process's memory and files. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { createConversationQueue } from '../jobs/conversation-queue.ts';
import { createInProcessQueue } from '../jobs/in-process-queue.ts';
import { createOutage, type Outage } from '../jobs/outage.ts';
import type { Config } from '../src/config/config.ts';
import { openInstallationFile } from '../src/drivers/libsql/open-installation-file.ts';
import { createMemoryAnswerLog } from '../src/drivers/memory/memory-answer-log.ts';
import { createMemoryEditBudget } from '../src/drivers/memory/memory-edit-budget.ts';
import { createMemoryStopSignal } from '../src/drivers/memory/memory-stop-signal.ts';
import { createMemoryStore } from '../src/drivers/memory/memory-store.ts';
import { createMongoStore } from '../src/drivers/mongo/mongo-store.ts';
import { createRedisAnswerLog } from '../src/drivers/redis/redis-answer-log.ts';
import { createRedisConnections } from '../src/drivers/redis/redis-connections.ts';
import { createRedisEditBudget } from '../src/drivers/redis/redis-edit-budget.ts';
import { createRedisStopSignal } from '../src/drivers/redis/redis-stop-signal.ts';
import type { AnswerLog } from '../src/ports/answer-log.ts';
import type { ConversationPointers } from '../src/ports/conversation-pointers.ts';
import type { ConversationStore } from '../src/ports/conversation-store.ts';
import type { EditBudget } from '../src/ports/edit-budget.ts';
import type { InstallationStore } from '../src/ports/installation-store.ts';
import type { LeaseStore } from '../src/ports/lease-store.ts';
import type { StopSignal } from '../src/ports/stop-signal.ts';
import type { TurnChanges } from '../src/ports/turn-changes.ts';
import type { TurnStore } from '../src/ports/turn-store.ts';
import type { TurnWork } from '../src/ports/turn-work.ts';
import type { WakeQueue } from '../src/ports/wake-queue.ts';
import type { Base } from './compose.ts';

/** Where conversations live and workers are woken: MongoDB and Redis, or this process's memory. */
export interface Stores {
  readonly conversations: ConversationStore;
  readonly turns: TurnStore;
  readonly changes: TurnChanges;
  readonly leases: LeaseStore;
  readonly work: TurnWork;
  readonly pointers: ConversationPointers;
  readonly queue: WakeQueue;
  readonly answerLog: AnswerLog;
  readonly stopSignal: StopSignal;
  /** Undefined where no workspace installs the app itself. */
  readonly installationStore: InstallationStore | undefined;
  readonly editBudget: EditBudget;
  /** One for all that notice it: an outage of the store makes one line, its end another. */
  readonly storeOutage: Outage;
  /** Rejects when the store of conversations does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export const composeStores = async ({ config, clock, log }: Base): Promise<Stores> => {
  const storeOutage = createOutage({ lost: 'store lost', back: 'store back', clock, log });
  if (config.servers === undefined) {
    const queue = createInProcessQueue({ log });
    const installationStore =
      config.slack?.oauth === undefined ? undefined : openInstallations({ config, clock });
    const stores = {
      ...createMemoryStore({ clock }),
      queue,
      installationStore,
      answerLog: createMemoryAnswerLog({ clock }),
      stopSignal: createMemoryStopSignal(),
      editBudget: createMemoryEditBudget({ clock }),
      storeOutage,
    };
    return {
      ...stores,
      ping: async () => {},
      async close() {
        await queue.close();
        await installationStore?.close();
      },
    };
  }
  const mongo = await createMongoStore({
    url: config.servers.mongodbUrl,
    outage: storeOutage,
  });
  const connections = createRedisConnections({ url: config.servers.redisUrl, clock, log });
  await connections.whenReady();
  const queue = createConversationQueue({ connections, clock, log });
  const answerLog = createRedisAnswerLog({ connections, clock });
  const stopSignal = createRedisStopSignal({ connections });
  const editBudget = createRedisEditBudget({
    connections,
    alone: createMemoryEditBudget({ clock }),
    outage: createOutage({
      lost: 'limits shared no more, going on with a share',
      back: 'limits shared again',
      clock,
      log,
    }),
    process: globalThis.crypto.randomUUID(),
    clock,
  });
  return {
    ...mongo,
    queue,
    answerLog,
    stopSignal,
    editBudget,
    storeOutage,
    async close() {
      const users = [queue, answerLog, stopSignal, editBudget];
      await Promise.allSettled(users.map((user) => user.close()));
      await Promise.allSettled([connections.close(), mongo.close()]);
    },
  };
};

/** Where the embedded mode keeps installations. */
export const installationFile = ({ dataDir }: Config): string =>
  path.join(dataDir, 'installations.db');

/** Makes the file and its folder when they are not there. */
export const openInstallations = ({ config, clock }: Pick<Base, 'config' | 'clock'>) => {
  mkdirSync(config.dataDir, { recursive: true });
  return openInstallationFile({ path: installationFile(config), now: clock.now });
};
