/**
 * `nonce` and `enforce_nonce`: the same author with the same nonce, within minutes, gets the message that stands already.
 * @see https://discord.com/developers/docs/resources/message#create-message-jsonform-params
 */
import type { FakeClock } from '../http/clock.ts';
import { invalidForm, tooLong } from './refusal.ts';

export interface Nonces {
  /** The id of the bot's message with that nonce; it may have been deleted since. */
  find(nonce: string | number): string | undefined;
  keep(nonce: string | number, messageId: string): void;
}

/** Discord says "the past few minutes". */
const keptMs = 3 * 60_000;

export const createNonces = ({ clock }: { readonly clock: Pick<FakeClock, 'now'> }): Nonces => {
  const kept = new Map<string, { readonly messageId: string; readonly atMs: number }>();
  return {
    find(nonce) {
      const found = kept.get(String(nonce));
      return found && clock.now() - found.atMs < keptMs ? found.messageId : undefined;
    },
    keep(nonce, messageId) {
      kept.set(String(nonce), { messageId, atMs: clock.now() });
    },
  };
};

/** Throws 50035. */
export const readNonce = (value: unknown): string | number | undefined => {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' && typeof value !== 'number')
    throw invalidForm('nonce', { code: 'NONCE_TYPE_INVALID', message: 'Nonce is invalid.' });
  if (String(value).length > 25) throw tooLong('nonce', 25);
  return value;
};
