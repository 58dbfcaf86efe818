/** Calls of Discord for a command that ends at once: what fails is told by whoever calls. */
import { createDiscordApi, type DiscordApi } from '../adapters/discord/discord-call.ts';
import type { Config } from '../src/config/config.ts';
import type { Clock } from '../src/ports/clock.ts';
import { noMetrics, silentLog } from './quiet.ts';

/** Less than the doctor's ten seconds. */
const callTimeoutMs = 9_000;

export const createQuietDiscordApi = (
  discord: NonNullable<Config['discord']>,
  { clock }: { readonly clock: Pick<Clock, 'monotonic'> },
): DiscordApi =>
  createDiscordApi({
    settings: { ...discord, callTimeoutMs, requestsPerSecond: 25 },
    clock,
    metrics: noMetrics,
    log: silentLog,
  });
