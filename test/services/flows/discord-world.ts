/** The real parts together with a strict Discord. */
import {
  type FakeDiscord,
  type FakeDiscordOptions,
  startFakeDiscord,
} from '../../fakes/discord/fake-discord.ts';
import { openParts, type PartsOptions } from './open-parts.ts';

export interface DiscordWorldOptions extends PartsOptions {
  readonly discord?: FakeDiscordOptions;
  /** Before the documents are read. */
  readonly prepare?: (discord: FakeDiscord) => void;
}

/** Everything but the product's processes; those a test starts. The handbook is in the index, and everybody may read it. */
export const startDiscordWorld = async (options: DiscordWorldOptions) => {
  const { editConfig = (sample) => sample } = options;
  const discord = await startFakeDiscord({ limits: 'off', ...options.discord });
  options.prepare?.(discord);
  const { start, close, ...parts } = await openParts(
    {
      ...options,
      editConfig: (sample) => editConfig(sample.replace('audience: team', 'audience: public')),
    },
    { DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.apiUrl },
  );
  return {
    discord,
    ...parts,
    start,
    /** The gateway's process. `more` is the environment on top of `env`. */
    startDiscord: (more: Readonly<Record<string, string>> = {}) =>
      start(['start', '--only', 'discord'], more),
    startWorker: (more: Readonly<Record<string, string>> = {}) =>
      start(['start', '--only', 'worker'], more),
    close: async (): Promise<void> => {
      await close();
      await discord.close();
    },
  };
};

export type DiscordWorld = Awaited<ReturnType<typeof startDiscordWorld>>;
