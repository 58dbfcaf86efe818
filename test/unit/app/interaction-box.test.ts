/** Holds that every process with the same settings opens an interaction's token, and nobody else. */
import { describe, expect, it } from 'vitest';
import { createInteractionBox } from '../../../app/interaction-box.ts';

const key = (byte: number) => new Uint8Array(32).fill(byte).fill(7, 16);
const boxOf = (token: string, ...secretKeys: readonly Uint8Array[]) =>
  createInteractionBox({ token, secretKeys });

describe('createInteractionBox', () => {
  it('opens with the same token what was sealed without a key, and with no other', () => {
    const sealed = boxOf('a.b.c').seal('hush', 'here');
    expect(sealed).not.toContain('hush');
    expect(boxOf('a.b.c').open(sealed, 'here')).toBe('hush');
    expect(() => boxOf('a.b.d').open(sealed, 'here')).toThrow('secret_unreadable');
    expect(() => boxOf('a.b.c').open(sealed, 'there')).toThrow('secret_unreadable');
  });

  it('seals with the first key, and opens what was sealed before there was one', () => {
    const before = boxOf('a.b.c').seal('hush', 'here');
    const box = boxOf('a.b.c', key(1), key(2));
    expect(box.open(before, 'here')).toBe('hush');
    expect(boxOf('x.y.z', key(1)).open(box.seal('hush', 'here'), 'here')).toBe('hush');
  });
});
