/** Sees all that leaves the product but answers: the log, thrown errors, the process's output, and what people are told. */
import { inspect } from 'node:util';
import { onTestFinished } from 'vitest';
import { BotError } from '../../src/domain/errors.ts';
import { createPinoLog } from '../../src/drivers/system/pino-log.ts';
import type { Log } from '../../src/ports/log.ts';
import { type Canary, canariesIn } from './canaries.ts';
import { watchOutput } from './watch-output.ts';

export interface Witness {
  /** The product's own log at level `info`. */
  readonly log: Log;
  readonly lines: readonly string[];
  /** The codes of the errors that were seen, in order. */
  readonly codes: readonly string[];
  /** Rejects when the call succeeds, or fails with anything but a BotError. Resolves with its code. */
  fails(calling: unknown): Promise<string>;
  /** What somebody outside was shown or sent; `may` names the canaries that belong there. */
  shown(where: string, value: unknown, options?: { readonly may?: readonly Canary[] }): void;
  /** One sentence for each canary in each thing that was seen. */
  leaks(): readonly string[];
}

/** Every text that somebody could make of the value: printing, logging, serialising or inspecting it. */
export const textsOf = (value: unknown): readonly string[] =>
  typeof value === 'string'
    ? [value]
    : [
        String(value),
        inspect(value, {
          depth: 10,
          showHidden: true,
          getters: true,
          maxStringLength: null,
          maxArrayLength: null,
          breakLength: Number.POSITIVE_INFINITY,
        }),
        JSON.stringify(value) ?? '',
        ...(value instanceof Error
          ? [value.message, value.stack ?? '', ...textsOf(value.cause ?? '')]
          : []),
      ];

/** Watches the process's output until the test has finished. */
export const createWitness = (): Witness => {
  const seen: { where: string; value: unknown; may: readonly Canary[] }[] = [];
  const lines: string[] = [];
  const codes: string[] = [];
  const see = (where: string, value: unknown, may: readonly Canary[] = []) =>
    void seen.push({ where, value, may });
  onTestFinished(watchOutput((text) => see('output', text)));

  return {
    log: createPinoLog({
      level: 'info',
      to: {
        write(line) {
          lines.push(line);
          see('log', line);
        },
      },
    }),
    lines,
    codes,
    async fails(calling) {
      const error = await Promise.resolve(calling).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      if (error === undefined) throw new Error('the call did not fail');
      see('error', error);
      if (!(error instanceof BotError)) throw new Error('not a BotError', { cause: error });
      codes.push(error.code);
      return error.code;
    },
    shown: (where, value, { may = [] } = {}) => see(where, value, may),
    leaks: () =>
      seen.flatMap(({ where, value, may }) => {
        const found = new Set(textsOf(value).flatMap(canariesIn));
        return [...found]
          .filter((canary) => !may.includes(canary))
          .map((canary) => `${where} holds the ${canary}: ${textsOf(value)[0]?.slice(0, 200)}`);
      }),
  };
};
