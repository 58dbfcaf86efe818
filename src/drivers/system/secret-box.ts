/** Seals stored tokens with AES-256-GCM. */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { BotError } from '../../domain/errors.ts';
import type { SecretBox } from '../../ports/secret-box.ts';

const version = 'v1';
const ivBytes = 12;
const tagBytes = 16;
const form = /^v1\.([0-9a-f]{8})\.([\w-]+)$/;

/**
 * A sealed text is `v1.<key id>.<base64url of IV, ciphertext and tag>`; the IV is random, so the same text never looks the same twice. The version and the key
 * id are authenticated with the context. A key id is the beginning of the key's hash and tells nothing of the key.
 *
 * Throws `config_invalid` without a key.
 *
 * @param options.keys 32 bytes each. The first seals, all of them open: a new key goes in front, and the old one behind it for as long as something is sealed with it.
 * @see https://nvlpubs.nist.gov/nistpubs/Legacy/SP/nistspecialpublication800-38d.pdf (8.3: at most 2^32 random IVs a key)
 */
export const createSecretBox = (options: { readonly keys: readonly Uint8Array[] }): SecretBox => {
  const keys = new Map(options.keys.map((key) => [keyIdFor(key), key]));
  const [first] = keys;
  if (first === undefined)
    throw new BotError('config_invalid', { details: { setting: 'FOOTNOTE_SECRET_KEY' } });
  const [keyId, sealingKey] = first;

  return {
    keyId,
    seal(text, context) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', sealingKey, iv);
      cipher.setAAD(Buffer.from(`${version}.${keyId}.${context}`));
      const parts = [iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
      return `${version}.${keyId}.${Buffer.concat(parts).toString('base64url')}`;
    },
    open(sealed, context) {
      const [, id = '', payload = ''] = form.exec(sealed) ?? [];
      const key = keys.get(id);
      const bytes = Buffer.from(payload, 'base64url');
      if (key === undefined || bytes.length < ivBytes + tagBytes) throw unreadable(id);
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), {
          authTagLength: tagBytes,
        });
        decipher.setAAD(Buffer.from(`${version}.${id}.${context}`));
        decipher.setAuthTag(bytes.subarray(-tagBytes));
        const text = decipher.update(bytes.subarray(ivBytes, -tagBytes));
        return Buffer.concat([text, decipher.final()]).toString('utf8');
      } catch {
        // OpenSSL says no more than that it does not fit.
        throw unreadable(id);
      }
    },
    keyIdOf: (sealed) => form.exec(sealed)?.[1],
  };
};

const keyIdFor = (key: Uint8Array): string =>
  createHash('sha256').update('footnote key id\0').update(key).digest('hex').slice(0, 8);

const unreadable = (keyId: string): BotError =>
  new BotError('secret_unreadable', { details: { keyId } });
