/** What a check of the doctor is, and how all of them are run: at once, each bounded in time. */
import { within } from '../../jobs/within.ts';
import { type BotError, toBotError } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';

export interface Finding {
  /** `fail`: something that was set up does not work. `warn`: it works, but not as somebody may expect. */
  readonly state: 'ok' | 'warn' | 'fail';
  /** What was looked at. */
  readonly name: string;
  /** One line: what was seen, and for what is not `ok` what to do. Never a secret. */
  readonly said: string;
}

export interface Check {
  /** Of the finding that stands for the whole check when it fails or takes too long. */
  readonly name: string;
  /** What a failure of this code is told as; for the others the code alone. */
  readonly explain?: Partial<Record<BotError['code'], string>>;
  run(): Promise<readonly Finding[]>;
}

const timeoutMs = 10_000;

/** All findings, in the order of the checks; never rejects. Takes ten seconds at most. */
export const runChecks = async (
  checks: readonly Check[],
  { clock }: { readonly clock: Clock },
): Promise<readonly Finding[]> =>
  (await Promise.all(checks.map((check) => runCheck(check, clock)))).flat();

const runCheck = async (check: Check, clock: Clock): Promise<readonly Finding[]> => {
  const fail = (said: string): readonly Finding[] => [{ state: 'fail', name: check.name, said }];
  let findings: readonly Finding[] = [];
  try {
    const work = check.run().then((found) => {
      findings = found;
    });
    const isInTime = await within(work, { timeoutMs, clock });
    return isInTime ? findings : fail(`no answer within ${timeoutMs / 1_000} s`);
  } catch (error) {
    const failure = toBotError(error);
    return fail(check.explain?.[failure.code] ?? sayCode(failure));
  }
};

/** The code, with what the other side called it. */
export const sayCode = ({ code, cause, details }: BotError): string => {
  const { vendorCode, status } = (cause ?? {}) as { vendorCode?: string; status?: number };
  const given = details['slackCode'] ?? details['discordCode'] ?? details['status'];
  const theirs = given ?? vendorCode ?? status;
  return theirs === undefined ? code : `${code} (${theirs})`;
};
