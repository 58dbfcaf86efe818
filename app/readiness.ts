/** Says what a process reaches of what its roles need. */
import type { Readiness } from '../adapters/http/http-app.ts';
import type { DiscordDoor } from './discord-door.ts';

/** Undefined: the process has no such part. */
export const readinessOf = (seen: {
  readonly store: boolean;
  readonly worker: boolean | undefined;
  readonly slack: boolean | undefined;
  readonly discord: Pick<DiscordDoor, 'isReady' | 'hasEnded'> | undefined;
}): Readiness => {
  const { store, worker, slack, discord } = seen;
  const parts = {
    store,
    ...(worker !== undefined && { worker }),
    ...(slack !== undefined && { slack }),
    ...(discord !== undefined && { discord: discord.isReady() }),
  };
  // What ended for good is told, but must not take the API out of a load balancer.
  const counted = { ...parts, ...(discord?.hasEnded() && { discord: true }) };
  return { ready: Object.values(counted).every((part) => part), parts };
};
