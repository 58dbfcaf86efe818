/** The StopSignal's contract on Redis, and what it does without it. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { asId } from '../../src/domain/ids.ts';
import { createRedisConnections } from '../../src/drivers/redis/redis-connections.ts';
import { createRedisStopSignal } from '../../src/drivers/redis/redis-stop-signal.ts';
import { createSystemClock } from '../../src/drivers/system/system-clock.ts';
import { describeStopSignal } from '../contracts/stop-signal.contract.ts';
import { createRecordingLog } from '../fakes/recording-log.ts';
import { freePort } from './servers/free-port.ts';
import { ownNames } from './servers/with-servers.ts';

const clock = createSystemClock();

describe('the stop signal on Redis', () => {
  describeStopSignal(async () => {
    const { redisUrl, keyPrefix } = ownNames(import.meta.url);
    const sides = [1, 2].map(() =>
      createRedisConnections({ url: redisUrl, clock, log: createRecordingLog() }),
    );
    const [door, worker] = sides.map((connections) =>
      createRedisStopSignal({ connections, keyPrefix }),
    );
    if (door === undefined || worker === undefined) throw new Error('two sides are needed');
    await Promise.all(sides.map((connections) => connections.whenReady()));
    return {
      door,
      worker,
      async dispose() {
        await Promise.all(sides.map((connections) => connections.close()));
      },
    };
  });

  test('cannot be sent while Redis is away', async () => {
    const url = `redis://127.0.0.1:${await freePort()}`;
    const connections = createRedisConnections({ url, clock, log: createRecordingLog() });
    onTestFinished(() => connections.close());
    const signal = createRedisStopSignal({ connections });
    const startMs = clock.monotonic();
    await expect(signal.publish(asId('http-c-1'))).rejects.toMatchObject({
      code: 'queue_unavailable',
    });
    expect(clock.monotonic() - startMs).toBeLessThan(2_500);
  });
});
