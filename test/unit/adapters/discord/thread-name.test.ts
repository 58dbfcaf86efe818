import { expect, test } from 'vitest';
import { threadName } from '../../../../adapters/discord/thread-name.ts';
import { fc } from '../../../property-tests.ts';

test.each([
  ['How many days of leave?', 'How many days of leave?'],
  ['  two\nlines \t here ', 'two lines here'],
  ['# **How** do I `deploy`? ~~now~~ ||x|| a_b', 'How do I deploy? now x a_b'],
  ['> said\nwhy?', 'said why?'],
  ['see [the guide](https://a.example/x) please', 'see the guide please'],
  ['ask <@123> or @everyone <#1>', 'ask or everyone'],
  ['', 'Answer'],
  ['***', 'Answer'],
  ['\u200B\u0000', 'Answer'],
  [`${'word '.repeat(30)}end`, `${'word '.repeat(15)}word…`],
  ['x'.repeat(300), `${'x'.repeat(79)}…`],
])('%j is named %j', (question, name) => {
  expect(threadName(question)).toBe(name);
});

test('is one line of 1 to 100 characters, whatever is asked', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 400, unit: 'binary' }), (question) => {
      const name = threadName(question);
      expect(name.length).toBeGreaterThan(0);
      expect(name.length).toBeLessThanOrEqual(80);
      expect(name).toBe(name.trim());
      expect(name).not.toMatch(/[\n\r*`]|<@/);
    }),
  );
});
