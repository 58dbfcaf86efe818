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
  test('of a direct message is that of all of them', () => {
    const direct = createPlaces([
      { guild: '3', ...bound('guild') },
      { direct: true, ...bound('direct') },
    ]);
    expect(direct.of({ channel: '9' })).toMatchObject({ dialogId: 'direct', name: 'direct' });
    expect(direct.of({ channel: '9', guild: '3' }).dialogId).toBe('guild');
    expect(direct.of({ channel: '9', guild: '4' }).name).toBe('');
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
    expect(judge(at(1, { unprompted: true }))).toBe('told_to_wait');
    expect(judge(at(2))).toBe('asking_too_fast');
  });
  test('is begun by no overheard question but for those after it', () => {
    const { judge } = createRules();
    const overheard = { unprompted: true };
    expect([0, 1, 1_000].map((ms) => judge(at(ms, overheard)))).toEqual([
      'allowed',
      'told_to_wait',
      'allowed',
    ]);
    expect([judge(at(1_001)), judge(at(2_000, overheard))]).toEqual(['allowed', 'told_to_wait']);
  });
  test('is begun by nothing that cannot be answered; that is told once', () => {
    const { judge } = createRules();
    const empty = { unanswerable: true, text: '' };
    expect([0, 0, 1, 1_000].map((ms) => judge(at(ms, empty)))).toEqual([
      'allowed',
      'allowed',
      'told_to_wait',
      'allowed',
    ]);
    expect([judge(at(1_001)), judge(at(1_002))]).toEqual(['allowed', 'asking_too_fast']);
  });
  test('says how long it lasts yet', () => {
    const { judge, waitMs } = createRules();
    expect(waitMs(at(0))).toBe(0);
    judge(at(0));
    judge(at(400));
    expect([400, 999, 1_000].map((ms) => waitMs(at(ms)))).toEqual([600, 1, 0]);
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
