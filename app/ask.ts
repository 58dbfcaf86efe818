/** The command `footnote ask`: one question, answered here, whatever else runs. */
import type { Config } from '../src/config/config.ts';
import type { TurnState } from '../src/domain/turn.ts';
import { createPinoLog } from '../src/drivers/system/pino-log.ts';
import { createPromMetrics } from '../src/drivers/system/prom-metrics.ts';
import { createSystemClock } from '../src/drivers/system/system-clock.ts';
import { composeDoors, composeWorker } from './compose.ts';
import { composeStores } from './compose-stores.ts';
import { createConsoleDoor, createTerminalSpeaker } from './console-door.ts';
import { ingestConfigured } from './ingest.ts';

/** Resolves with how the turn ended. The conversation lives in this process only; the index is the configured one, brought up to date first. */
export const ask = async (config: Config, question: string): Promise<TurnState> => {
  const clock = createSystemClock();
  const log = createPinoLog({ level: 'error', to: 'stderr' });
  const base = {
    config: { ...config, servers: undefined, slack: undefined, discord: undefined },
    clock,
    metrics: createPromMetrics(),
    log,
  };
  const stores = await composeStores(base);
  const doors = composeDoors(base, stores);
  const { worker, index, embedder } = composeWorker(base, stores, {
    speakers: [createTerminalSpeaker()],
  });
  await ingestConfigured({ embedder, writer: index }, config);
  worker.start();
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const state = await createConsoleDoor(base, { stores, doors })(question, {
    signal: stop.signal,
  });
  await worker.stop();
  await index.close();
  await stores.close();
  return state;
};
