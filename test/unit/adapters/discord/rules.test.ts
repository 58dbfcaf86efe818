/** Who may ask what, where, and how often. */
import { describe, expect, test } from 'vitest';
import { createPlaces, type FoundPlace } from '../../../../adapters/discord/places.ts';
import { createRules } from '../../../../adapters/discord/rules.ts';
import { asId } from '../../../../src/domain/ids.ts';
import { noRules } from './set-up-listening.ts';

const place = (rules: Partial<typeof noRules> = {}, name = '1'): FoundPlace => ({
  ...{ name, channel: name, dialogId: asId('default'), listen: 'mention' },
  rules: { ...noRules, ...rules },
});
const asking = { user: '5', roles: [], text: 'who won the lottery?', id: '1', atMs: 0 };

describe('a place', () => {
  const bound = (name: string) => ({
    ...{ dialogId: asId<never>(name), listen: 'all' as const, rules: noRules },
  });
  const places = createPlaces([
    { channel: '1', ...bound('channel') },
    { channel: '2', ...bound('parent') },
    { guild: '3', ...bound('guild') },
  ]);
  test.each([
    [{ channel: '1', parent: '2', guild: '3' }, 'channel', '1'],
    [{ channel: '9', parent: '2', guild: '3' }, 'parent', '2'],
    [{ channel: '9', parent: '8', guild: '3' }, 'guild', '3'],
    [{ channel: '9' }, 'default', ''],
  ])('of %j is %s', (where, dialogId, name) => {
    expect(places.of(where)).toMatchObject({ dialogId, name });
  });
  test('without an entry answers mentions of everybody', () => {
    expect(places.of({ channel: '9' })).toEqual({
      ...{ name: '', dialogId: 'default', listen: 'mention', rules: noRules },
    });
  });
});

describe('words', () => {
  test.each([
    ['LOTTERY', false],
    ['won the', false],
    ['lotter', true],
    ['ottery', true],
    ['', true],
    ['??', true],
  ])('%j allows it: %s', (word, allowed) => {
    const there = place({ blockedWords: [word] });
    expect(createRules().allowsText(there, asking.text)).toBe(allowed);
    expect(createRules().judge({ ...asking, place: there })).toBe(
      allowed ? 'allowed' : 'asking_not_allowed',
    );
  });
  test('are found in scripts without blanks, and in other forms of the same letters', () => {
    const there = place({ blockedWords: ['彩票', 'Straße', 'ﬁne'] });
    for (const text of ['谁中了彩票吗', 'in der STRASSE', 'a FINE, please'])
      expect(createRules().allowsText(there, text)).toBe(false);
  });
});

describe('people', () => {
  test('who are blocked are passed over, whatever else holds', () => {
    const there = place({ blockedPeople: ['5'], roles: ['7'], blockedWords: ['lottery'] });
    expect(createRules().judge({ ...asking, place: there })).toBe('blocked');
    expect(createRules().blocks(there, '5')).toBe(true);
    expect(createRules().blocks(there, '6')).toBe(false);
  });
  test('need one of the roles where there are some', () => {
    const there = place({ roles: ['7', '8'] });
    expect(createRules().judge({ ...asking, place: there })).toBe('asking_not_allowed');
    expect(createRules().judge({ ...asking, place: there, roles: ['1', '8'] })).toBe('allowed');
  });
});

describe('the cool-down', () => {
  const there = place({ coolDownMs: 1_000 });
  const at = (atMs: number, over: object = {}) => ({
    ...{ ...asking, place: there, atMs, id: String(atMs), ...over },
  });

  test('is told once, and then nothing is, until it is over', () => {
    const { judge } = createRules();
    const verdicts = [0, 999, 999.5, 1_000, 1_001].map((ms) => judge(at(ms)));
    expect(verdicts).toEqual([
      'allowed',
      'asking_too_fast',
      'told_to_wait',
      'allowed',
      'asking_too_fast',
    ]);
  });
  test('is told again for the same question, which may not have been stored', () => {
    const { judge } = createRules();
    judge(at(0));
    expect([1, 1, 2, 1].map((ms) => judge(at(ms)))).toEqual([
      'asking_too_fast',
      'asking_too_fast',
      'told_to_wait',
      'asking_too_fast',
    ]);
  });
  test('is not told by what nobody put to us', () => {
    const { judge } = createRules();
    judge(at(0));
    expect(judge(at(1, { unprompted: true }))).toBe('asking_too_fast');
    expect(judge(at(2))).toBe('asking_too_fast');
  });
  test('is of each person and place', () => {
    const { judge } = createRules();
    expect(judge(at(0))).toBe('allowed');
    expect(judge(at(1, { user: '6' }))).toBe('allowed');
    expect(judge(at(1, { place: place({ coolDownMs: 1_000 }, '2') }))).toBe('allowed');
  });
  test('does not count the same question twice, and takes them in any order', () => {
    const { judge } = createRules();
    expect(judge(at(5_000))).toBe('allowed');
    expect(judge(at(5_000))).toBe('allowed');
    expect(judge(at(4_500))).toBe('asking_too_fast');
    expect(judge(at(3_000))).toBe('allowed');
  });
  test('forgets the oldest of many', () => {
    const { judge } = createRules();
    judge(at(0));
    for (let n = 0; n < 10_000; n += 1) judge(at(1, { user: `u${n}` }));
    expect(judge(at(2))).toBe('allowed');
    expect(judge(at(3, { user: 'u9999' }))).toBe('asking_too_fast');
  });
});
