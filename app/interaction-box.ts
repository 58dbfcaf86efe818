/** Seals the tokens of Discord's interactions for the quarter of an hour that they are good for. */
import { hkdfSync } from 'node:crypto';
import type { Config } from '../src/config/config.ts';
import { createSecretBox } from '../src/drivers/system/secret-box.ts';
import type { SecretBox } from '../src/ports/secret-box.ts';

/**
 * Every process with the same settings opens what another one sealed. Without `secretKeys` the key is made of the bot's token, which opens more than what it
 * seals; a new token only makes the answers to the last commands ordinary messages.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5869
 */
export const createInteractionBox = ({
  token,
  secretKeys,
}: {
  readonly token: string;
  readonly secretKeys: Config['secretKeys'];
}): SecretBox => {
  const derived = hkdfSync('sha256', token, '', 'footnote interaction tokens', 32);
  return createSecretBox({ keys: [...secretKeys, new Uint8Array(derived)] });
};
