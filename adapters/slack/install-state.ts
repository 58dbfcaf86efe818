/** The state of one installation under way: that the person whom Slack sends back is the one whom we sent there, once, within ten minutes. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { BotError } from '../../src/domain/errors.ts';
import type { InstallationStore } from '../../src/ports/installation-store.ts';
import type { SecretBox } from '../../src/ports/secret-box.ts';

export const stateLifetimeMs = 10 * 60_000;

const context = 'slack:install-state';
const schema = z.tuple([z.string(), z.number()]);

export interface InstallState {
  /** `state` goes to Slack and comes back in the address; `nonce` stays in the browser's cookie. Neither can be made from the other. */
  issue(): { readonly state: string; readonly nonce: string };
  /**
   * Throws `signature_invalid`, with the reason in `details`, for a state that we did not issue, that is too old, of another browser, or used before; and
   * `store_unavailable`.
   */
  spend(state: string, nonce: string | undefined): Promise<void>;
}

/** No state is stored before it comes back, so calling the install page costs nothing. */
export const createInstallState = (deps: {
  readonly box: SecretBox;
  readonly store: Pick<InstallationStore, 'spendNonce'>;
  readonly now: () => number;
}): InstallState => {
  const { box, store, now } = deps;
  const open = (state: string): z.infer<typeof schema> => {
    try {
      return schema.parse(JSON.parse(box.open(state, context)));
    } catch {
      throw refusal('forged');
    }
  };
  return {
    issue() {
      const nonce = randomBytes(24).toString('base64url');
      const state = box.seal(JSON.stringify([nonce, now() + stateLifetimeMs]), context);
      return { state, nonce };
    },
    async spend(state, given) {
      const [nonce, expiresAtMs] = open(state);
      if (expiresAtMs <= now()) throw refusal('expired');
      if (given === undefined || !isSame(given, nonce)) throw refusal('browser');
      if (!(await store.spendNonce(nonce, new Date(expiresAtMs)))) throw refusal('spent');
    },
  };
};

const isSame = (given: string, expected: string): boolean => {
  const [ours, theirs] = [Buffer.from(expected), Buffer.from(given)];
  return ours.length === theirs.length && timingSafeEqual(ours, theirs);
};

const refusal = (reason: 'forged' | 'expired' | 'browser' | 'spent'): BotError =>
  new BotError('signature_invalid', { details: { reason } });
