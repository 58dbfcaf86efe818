/** The speaking half of Discord on a Discord in the test, with one server, one channel and one person. */

import { onTestFinished } from 'vitest';
import { createDiscordApi, type DiscordSettings } from '../../adapters/discord/discord-call.ts';
import { createDiscordSpeaker } from '../../adapters/discord/discord-speaker.ts';
import { createDiscordSpeech } from '../../adapters/discord/discord-speech.ts';
import { type DiscordAddress, writeAddress } from '../../adapters/discord/reply-address.ts';
import type { RequestBudget } from '../../adapters/discord/request-budget.ts';
import { discordTurnId } from '../../src/domain/turn-id.ts';
import { createMemoryEditBudget } from '../../src/drivers/memory/memory-edit-budget.ts';
import { createSecretBox } from '../../src/drivers/system/secret-box.ts';
import { createSystemClock } from '../../src/drivers/system/system-clock.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { buildTurn } from './build.ts';
import { type FakeDiscordOptions, startFakeDiscord } from './discord/fake-discord.ts';
import { endlessRequests } from './endless-requests.ts';
import { createRecordingLog } from './recording-log.ts';
import { createRecordingMetrics } from './recording-metrics.ts';

export type DiscordSpeaking = Awaited<ReturnType<typeof startDiscordSpeaking>>;

/** Without limits unless told otherwise; closed with the test. */
export const startDiscordSpeaking = async (
  options: {
    readonly fake?: FakeDiscordOptions;
    readonly settings?: Partial<DiscordSettings>;
    readonly clock?: Clock;
    readonly requestBudget?: RequestBudget;
  } = {},
) => {
  const discord = await startFakeDiscord({ limits: 'off', ...options.fake });
  onTestFinished(() => discord.close());
  const clock = options.clock ?? createSystemClock();
  const log = createRecordingLog();
  const metrics = createRecordingMetrics();
  const box = createSecretBox({ keys: [new Uint8Array(32)] });
  const settings = {
    ...{ apiUrl: discord.apiUrl, token: discord.token },
    ...{ callTimeoutMs: 5_000, ...options.settings },
  };
  const requestBudget = options.requestBudget ?? endlessRequests;
  const api = createDiscordApi({ settings, requestBudget, clock, metrics, log });
  const speech = createDiscordSpeech({
    ...{ api, box, clock, log },
    editBudget: createMemoryEditBudget({ clock }),
  });
  const user = discord.addUser();
  const channel = discord.addChannel();
  return {
    ...{ discord, clock, log, metrics, box, settings, requestBudget, api, speech, user, channel },
    speaker: createDiscordSpeaker(speech),
    guild: discord.guild.id,
    /** A turn as the listening half stores it, asked now. */
    turnOf: (message: string, address: DiscordAddress) =>
      buildTurn({
        id: discordTurnId(message),
        platform: 'discord',
        askedAt: new Date(clock.now()),
        asker: user,
        replyTo: writeAddress(address),
      }),
  };
};
