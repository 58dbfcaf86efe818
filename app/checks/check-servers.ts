/** Looks whether MongoDB and Redis answer. */
import { createRedisConnections } from '../../src/drivers/redis/redis-connections.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Check } from './check.ts';

/** @param store Opened by the doctor: whoever needs it first opens it. */
export const checkMongo = (store: () => Promise<{ ping(): Promise<void> }>): Check => ({
  name: 'MongoDB',
  explain: {
    store_unavailable: 'does not answer at MONGODB_URL',
    config_invalid: 'its data are of a newer release',
  },
  run: async () => {
    await (await store()).ping();
    return [{ state: 'ok', name: 'MongoDB', said: 'answers' }];
  },
});

export const checkRedis = (deps: {
  readonly url: string;
  readonly clock: Clock;
  readonly log: Log;
}): Check => ({
  name: 'Redis',
  run: async () => {
    const connections = createRedisConnections(deps);
    try {
      const isReady = await connections.whenReady();
      return [
        isReady
          ? { state: 'ok', name: 'Redis', said: 'answers' }
          : { state: 'fail', name: 'Redis', said: 'does not answer at REDIS_URL' },
      ];
    } finally {
      await connections.close();
    }
  },
});
