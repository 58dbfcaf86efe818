/** Who we are on Discord, asked once. */
import { Routes } from 'discord-api-types/v10';
import * as z from 'zod';
import type { DiscordCall } from './discord-call.ts';
import { snowflake } from './snowflake.ts';

const schema = z.object({ id: snowflake });

/** Resolves with the bot's user id. Asks on the first call and remembers the answer, but not a failure. */
export const createOwnIdentity = (call: DiscordCall): (() => Promise<string>) => {
  let asked: Promise<string> | undefined;
  const ask = async (): Promise<string> => {
    const me = await call({ method: 'GET', route: Routes.user() }, { answer: schema });
    return me.id;
  };
  return () => {
    asked ??= ask().catch((error: unknown) => {
      asked = undefined;
      throw error;
    });
    return asked;
  };
};
