/** What all pointers to conversations do. */
import { expect, test } from 'vitest';
import type { ConversationPointers } from '../../src/ports/conversation-pointers.ts';

/** Opens empty pointers for the test that runs; closes them after it. */
export type OpenConversationPointers = () => Promise<ConversationPointers>;

const nine = new Date('2026-01-05T09:00:00.000Z').getTime();
const minuteMs = 60_000;
const after = (minutes: number): Date => new Date(nine + minutes * minuteMs);

export const describeConversationPointers = (open: OpenConversationPointers): void => {
  const asking = (pointers: ConversationPointers, place = 'dm-1') => {
    return (candidate: string, minutes: number, silenceMs = 30 * minuteMs) =>
      pointers.currentConversation(place, { candidate, at: after(minutes), silenceMs });
  };

  test('begins with the candidate, and stays there while the place is not silent for long', async () => {
    const ask = asking(await open());
    expect(await ask('a', 0)).toBe('a');
    expect(await ask('b', 20)).toBe('a');
    // Twenty minutes after the last question, not after the first.
    expect(await ask('c', 40)).toBe('a');
    expect(await ask('d', 70)).toBe('a');
  });

  test('begins anew after a longer silence', async () => {
    const ask = asking(await open());
    await ask('a', 0);
    expect(await ask('b', 31)).toBe('b');
    expect(await ask('c', 32)).toBe('b');
  });

  test('begins anew with every later question when no silence is borne', async () => {
    const ask = asking(await open());
    await ask('a', 0);
    expect(await ask('b', 1, 0)).toBe('b');
    expect(await ask('c', 2)).toBe('b');
  });

  test('says the same again for a question that comes twice', async () => {
    const ask = asking(await open());
    await ask('a', 0);
    expect(await ask('b', 60)).toBe('b');
    expect(await ask('b', 60)).toBe('b');
    expect(await ask('c', 61, 0)).toBe('c');
    expect(await ask('c', 61, 0)).toBe('c');
  });

  test('a question that comes late joins what stands, and makes it no older', async () => {
    const ask = asking(await open());
    await ask('a', 60);
    expect(await ask('late', 0)).toBe('a');
    expect(await ask('b', 85)).toBe('a');
  });

  test('gives all who ask at once the same, whether it begins or begins anew', async () => {
    const ask = asking(await open());
    for (const minutes of [0, 600]) {
      const keys = await Promise.all(
        Array.from({ length: 20 }, (_, index) => ask(`${minutes}-${index}`, minutes)),
      );
      expect(new Set(keys).size).toBe(1);
      expect(keys[0]).toContain(`${minutes}-`);
    }
  });

  test('keeps places apart', async () => {
    const pointers = await open();
    expect(await asking(pointers, 'dm-1')('a', 0)).toBe('a');
    expect(await asking(pointers, 'dm-2')('b', 0)).toBe('b');
  });

  test('lists the places that were asked in lately, the newest first', async () => {
    const pointers = await open();
    for (const [place, minutes] of [
      ['dm-1', 0],
      ['dm-2', 20],
      ['dm-3', 10],
      ['dm-4', 30],
      ['other-1', 40],
    ] as const)
      await asking(pointers, place)('a', minutes);
    await asking(pointers, 'dm-3')('b', 35);
    const since = after(20);
    expect(await pointers.recentPlaces({ prefix: 'dm-', since, most: 10 })).toEqual([
      'dm-3',
      'dm-4',
      'dm-2',
    ]);
    expect(await pointers.recentPlaces({ prefix: 'dm-', since, most: 1 })).toEqual(['dm-3']);
    expect(await pointers.recentPlaces({ prefix: 'dm-', since: after(90), most: 9 })).toEqual([]);
  });
};
