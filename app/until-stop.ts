/** Decides when a process stops, and with which exit code. */
import type { BotError } from '../src/domain/errors.ts';
import type { Role } from './start.ts';

export interface Stop {
  /** For the log: a signal's name, or what ended. */
  readonly signal: string;
  /** 3: Discord has ended what the process was started for, and starting it again changes nothing before somebody mended the cause. */
  readonly exitCode: 0 | 3;
}

/** The end of Discord stops a process that has no other role; the others go on without it. */
export const untilStop = (options: {
  readonly asked: readonly Role[];
  readonly signal: Promise<string>;
  /** The prompt on a terminal, where there is one. */
  readonly prompting: Promise<string> | undefined;
  /** Discord's gateway, where it was asked for. */
  readonly discord: { readonly ended: Promise<BotError> } | undefined;
}): Promise<Stop> => {
  const { asked, signal, prompting, discord } = options;
  const isAlone = asked.every((role) => role === 'discord');
  const asAsked = (name: string): Stop => ({ signal: name, exitCode: 0 });
  return Promise.race([
    signal.then(asAsked),
    ...(prompting === undefined ? [] : [prompting.then(asAsked)]),
    ...(discord === undefined || !isAlone
      ? []
      : [discord.ended.then((): Stop => ({ signal: 'the end of discord', exitCode: 3 }))]),
  ]);
};
