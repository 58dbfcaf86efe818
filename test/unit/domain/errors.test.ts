/** What people read for an error. */
import { expect, test } from 'vitest';
import { noticeFor } from '../../../src/domain/errors.ts';

test.each([
  [undefined, 'a moment'],
  [0, '1 second'],
  [59_000, '59 seconds'],
  [59_001, '1 minute'],
  [599_500, '10 minutes'],
  [3_540_001, '1 hour'],
  [86_400_000, '24 hours'],
])('who asks too fast by %s ms reads to wait %s', (retryAfterMs, wait) => {
  expect(noticeFor('asking_too_fast', { retryAfterMs })).toBe(
    `That was a little fast for me: please wait ${wait}, then ask again.`,
  );
});

test('other sentences tell no time', () => {
  expect(noticeFor('model_rate_limited', { retryAfterMs: 5_000 })).toBe(
    noticeFor('model_rate_limited'),
  );
});
