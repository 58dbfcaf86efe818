/** Wires the way to Discord, for both halves. */
import { createDiscordApi } from '../adapters/discord/discord-call.ts';
import { createDiscordContextReader } from '../adapters/discord/discord-context-reader.ts';
import { createDiscordSpeaker } from '../adapters/discord/discord-speaker.ts';
import { createDiscordSpeech } from '../adapters/discord/discord-speech.ts';
import { createDiscordStatusLine } from '../adapters/discord/discord-status-line.ts';
import { createRequestBudget } from '../adapters/discord/request-budget.ts';
import { callTimeoutMs } from './call-timeout.ts';
import type { Base } from './compose.ts';
import type { Stores } from './compose-stores.ts';
import { createInteractionBox } from './interaction-box.ts';

export type DiscordWay = NonNullable<ReturnType<typeof composeDiscord>>;

/** Undefined where Discord is not set up. One for a process: all its calls share the limits, and what Discord said of them. Connects to nothing. */
export const composeDiscord = (
  { config, clock, metrics, log }: Base,
  { editBudget }: Pick<Stores, 'editBudget'>,
) => {
  const { discord, discordBehaviour, lease, secretKeys } = config;
  if (discord === undefined) return undefined;
  const { requestsPerSecond } = discordBehaviour;
  const settings = { ...discord, callTimeoutMs: callTimeoutMs(lease) };
  const requestBudget = createRequestBudget({ editBudget, requestsPerSecond });
  return {
    settings,
    api: createDiscordApi({ settings, requestBudget, clock, metrics, log }),
    box: createInteractionBox({ ...discord, secretKeys }),
  };
};

/** The speaking half of Discord, and what a worker sees of it besides. */
export const composeDiscordSpeaking = (
  { clock, log }: Base,
  { settings, api, box }: DiscordWay,
  { editBudget }: Pick<Stores, 'editBudget'>,
) => {
  const speech = createDiscordSpeech({ api, box, editBudget, clock, log });
  return {
    speaker: createDiscordSpeaker(speech),
    statusLine: createDiscordStatusLine(speech),
    contextReader: createDiscordContextReader({ ...speech, settings }),
  };
};
