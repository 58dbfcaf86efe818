import { expect, test } from 'vitest';
import { BotError, type ErrorCode } from '../../../src/domain/errors.ts';
import { insist } from '../../../src/reply/insist.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';

const setUp = (failure: () => ErrorCode | undefined) => {
  const clock = createFakeClock();
  const shutdown = new AbortController();
  const calling = insist(
    async () => {
      const code = failure();
      if (code !== undefined) throw new BotError(code);
      return 'said';
    },
    {
      ...{ clock, shutdown: shutdown.signal, signal: new AbortController().signal },
      ...{ ensure: async () => {}, onRetry: () => {} },
    },
  );
  calling.catch(() => {
    // Looked at by the test, later.
  });
  return { clock, shutdown, calling };
};

test('a platform that stays away is given up after five minutes', async () => {
  const { clock, calling } = setUp(() => 'platform_unavailable');
  await clock.advance(400_000);
  await expect(calling).rejects.toMatchObject({ code: 'platform_unavailable' });
});

test('a token that is refused for an hour, and then taken, loses nothing', async () => {
  let isTaken = false;
  const { clock, calling } = setUp(() => (isTaken ? undefined : 'platform_unauthorized'));
  await clock.advance(3_600_000);
  isTaken = true;
  await clock.advance(30_000);
  expect(await calling).toBe('said');
});

test('a shutdown ends the wait for a token', async () => {
  const { clock, shutdown, calling } = setUp(() => 'platform_unauthorized');
  await clock.advance(60_000);
  shutdown.abort(new Error('stopping'));
  await expect(calling).rejects.toThrow('stopping');
});
