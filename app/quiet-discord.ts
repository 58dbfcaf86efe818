/** Calls of Discord for a command that ends at once: what fails is told by whoever calls. */
import { createDiscordApi, type DiscordApi } from '../adapters/discord/discord-call.ts';
import { createRequestBudget } from '../adapters/discord/request-budget.ts';
import type { Config } from '../src/config/config.ts';
import { createMemoryEditBudget } from '../src/drivers/memory/memory-edit-budget.ts';
import type { Clock } from '../src/ports/clock.ts';
import { noMetrics, silentLog } from './quiet.ts';

/** Less than the doctor's ten seconds. */
const callTimeoutMs = 9_000;
/** The bot may be running: half of what Discord takes is left to it. */
const requestsPerSecond = 25;

export const createQuietDiscordApi = (
  discord: NonNullable<Config['discord']>,
  { clock }: { readonly clock: Pick<Clock, 'monotonic'> },
): DiscordApi =>
  createDiscordApi({
    settings: { ...discord, callTimeoutMs },
    requestBudget: createRequestBudget({
      editBudget: createMemoryEditBudget({ clock }),
      requestsPerSecond,
    }),
    clock,
    metrics: noMetrics,
    log: silentLog,
  });
