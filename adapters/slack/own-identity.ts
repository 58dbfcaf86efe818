/** Who we are on Slack, asked once. */
import * as z from 'zod';
import type { SlackCall } from './slack-call.ts';

const schema = z.object({ user_id: z.string(), bot_id: z.string().nullish() });

export interface OwnIdentity {
  readonly userId: string;
  /** Undefined for a token that is no bot's. */
  readonly botId: string | undefined;
}

/** Asks on the first call and remembers the answer, but not a failure. */
export const createOwnIdentity = (call: SlackCall): (() => Promise<OwnIdentity>) => {
  let asked: Promise<OwnIdentity> | undefined;
  const ask = async (): Promise<OwnIdentity> => {
    const answer = await call('auth.test', {}, { answer: schema });
    return { userId: answer.user_id, botId: answer.bot_id ?? undefined };
  };
  return () => {
    asked ??= ask().catch((error: unknown) => {
      asked = undefined;
      throw error;
    });
    return asked;
  };
};
