/** Holds that a sealed text opens with its key and in its place only, and looks like nothing. */
import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createSecretBox } from '../../../../src/drivers/system/secret-box.ts';
import { fc } from '../../../property-tests.ts';

const oldKey = new Uint8Array(32).fill(1);
const newKey = new Uint8Array(32).fill(2);
const box = createSecretBox({ keys: [oldKey] });
const secret = 'xoxb-1-secret';

describe('a sealed text', () => {
  test('opens to what was sealed, in any script and at any length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 2_000 }), fc.string(), (text, place) => {
        expect(box.open(box.seal(text, place), place)).toBe(text);
      }),
    );
  });

  test('shows neither the text nor that two are the same', () => {
    const sealed = [box.seal(secret, 'slack:T1'), box.seal(secret, 'slack:T1')];
    expect(sealed[0]).not.toBe(sealed[1]);
    for (const one of sealed) expect(one).toMatch(/^v1\.[0-9a-f]{8}\.[\w-]+$/);
    expect(Buffer.from(sealed[0]?.split('.')[2] ?? '', 'base64url').includes('xoxb')).toBe(false);
  });

  test('does not open where it was not sealed for', () => {
    expect(() => box.open(box.seal(secret, 'slack:T1'), 'slack:T2')).toThrow('secret_unreadable');
  });

  test('does not open with any bit changed', () => {
    const [version, id, payload = ''] = box.seal(secret, 'slack:T1').split('.');
    const bytes = Buffer.from(payload, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const sealed = `${version}.${id}.${changed.toString('base64url')}`;
      expect(() => box.open(sealed, 'slack:T1')).toThrow('secret_unreadable');
    }
  });

  test('does not open cut short: a shorter tag counts for nothing', () => {
    const sealed = box.seal('', 'slack:T1');
    for (let length = 0; length < sealed.length; length += 1)
      expect(() => box.open(sealed.slice(0, length), 'slack:T1')).toThrow('secret_unreadable');
  });

  test.each([
    '',
    'xoxb-1-secret',
    'v2.00000000.AAAA',
    'v1..',
    'v1.00000000.A'.padEnd(80, 'A'),
  ])('is not %j', (text) => {
    expect(() => box.open(text, 'slack:T1')).toThrow('secret_unreadable');
  });
});

describe('keys', () => {
  const both = createSecretBox({ keys: [newKey, oldKey] });

  test('that were put behind a new one still open, and the new one seals', () => {
    const before = box.seal(secret, 'slack:T1');
    expect(both.open(before, 'slack:T1')).toBe(secret);
    const after = both.seal(secret, 'slack:T1');
    expect([both.keyIdOf(before), both.keyIdOf(after)]).toEqual([box.keyId, both.keyId]);
    expect(both.keyId).not.toBe(box.keyId);
    expect(() => box.open(after, 'slack:T1')).toThrow('secret_unreadable');
  });

  test('are not told by their ids, nor by an error', () => {
    const key = randomBytes(32);
    const strange = createSecretBox({ keys: [key] });
    expect(key.toString('hex')).not.toContain(strange.keyId);
    try {
      strange.open(box.seal(secret, 'slack:T1'), 'slack:T1');
      expect.unreachable();
    } catch (error) {
      expect(JSON.stringify(error)).not.toContain('secret-');
      expect(error).toMatchObject({
        code: 'secret_unreadable',
        retryable: false,
        details: { keyId: box.keyId },
      });
    }
  });

  test('are needed', () => {
    expect(() => createSecretBox({ keys: [] })).toThrow('config_invalid');
  });
});
