import { describe, expect, it } from 'vitest';
import type { BotError } from '../../../src/domain/errors.ts';
import { emptyReference } from '../../../src/domain/reference.ts';
import type { ReplyPart, Turn } from '../../../src/domain/turn.ts';
import { createOpenDelivery } from '../../../src/reply/deliver-answer.ts';
import { buildTurn } from '../../fakes/build.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakeSpeaker } from '../../fakes/fake-speaker.ts';
import { createRecordingLog } from '../../fakes/recording-log.ts';

const open = (turn: Turn = buildTurn(), { callMs = 0 }: { readonly callMs?: number } = {}) => {
  const clock = createFakeClock();
  const log = createRecordingLog();
  const before = callMs === 0 ? async () => {} : () => clock.sleep(callMs);
  const speaker = createFakeSpeaker({ now: clock.monotonic, before });
  const lost = new AbortController();
  const shutdown = new AbortController();
  const fatal: BotError[] = [];
  let saved: readonly ReplyPart[] = turn.parts;
  const delivery = createOpenDelivery({ clock, log })({
    turn,
    speaker,
    firstAttempt: turn.attempt === 0,
    ensure: async () => lost.signal.throwIfAborted(),
    saveParts: async (parts) => {
      saved = parts;
    },
    onFatal: (error) => fatal.push(error),
    signal: lost.signal,
    shutdown: shutdown.signal,
  });
  return { clock, log, speaker, delivery, fatal, lost, shutdown, saved: () => saved };
};
const answer = (text: string) => ({ text, reference: emptyReference });

describe('delivery', () => {
  it('shows the status at once, the first words at once, then grows at intervals, then the final', async () => {
    const { clock, speaker, delivery } = open();
    delivery.status('retrieving');
    await clock.advance(100);
    delivery.delta('One ');
    await clock.advance(50);
    for (const word of ['two ', 'three ', 'four ']) {
      delivery.delta(word);
      await clock.advance(200);
    }
    await clock.advance(1_000);
    await delivery.finish(answer('One two three four'));
    expect(speaker.timeline.map(({ kind, atMs, text }) => [kind, atMs, text])).toEqual([
      ['post', 0, '_Searching the documents…_'],
      ['edit', 100, 'One'],
      ['edit', 601.6, 'One two three four'],
      ['edit', 1_750, 'One two three four'],
    ]);
  });

  it('shows words that come while the status is being sent right after it', async () => {
    const { clock, speaker, delivery } = open(buildTurn(), { callMs: 300 });
    delivery.status('retrieving');
    await clock.advance(100);
    delivery.delta('One ');
    await clock.advance(500);
    expect(speaker.timeline.map(({ kind, atMs, text }) => [kind, atMs, text])).toEqual([
      ['post', 300, '_Searching the documents…_'],
      ['edit', 600, 'One'],
    ]);
  });

  it('stores the message before the next call', async () => {
    const { clock, delivery, saved } = open();
    delivery.status('retrieving');
    await clock.advance(1);
    expect(saved()).toEqual([{ index: 0, platformId: 'm1' }]);
  });

  it('keeps the text that stands from an earlier attempt until there are words', async () => {
    const { clock, speaker, delivery } = open(
      buildTurn({ attempt: 1, parts: [{ index: 0, platformId: 'm1' }] }),
    );
    delivery.status('retrieving');
    await clock.advance(5_000);
    expect(speaker.calls).toEqual([]);
  });

  it('lets nothing pass a rate limit, and drops the drafts in between', async () => {
    const { clock, speaker, delivery } = open();
    delivery.status('retrieving');
    await clock.advance(10);
    speaker.failNext({ code: 'platform_rate_limited', retryAfterMs: 3_000 });
    delivery.delta('a ');
    await clock.advance(10);
    for (const word of ['b ', 'c ']) {
      delivery.delta(word);
      await clock.advance(1_000);
    }
    await clock.advance(1_000);
    expect(speaker.timeline.map(({ atMs, text }) => [atMs, text])).toEqual([
      [0, '_Searching the documents…_'],
      [3_010, 'a b c'],
    ]);
    await delivery.halt();
  });

  it.each([
    ['platform_rate_limited', 'edit'],
    ['platform_unavailable', 'edit'],
    ['platform_rejected', 'edit'],
  ] as const)('brings the final through %s', async (code, kind) => {
    const { clock, speaker, delivery } = open();
    delivery.status('retrieving');
    await clock.advance(10);
    speaker.failNext({ code, retryAfterMs: 2_000 });
    const finished = delivery.finish(answer('Done.'));
    await clock.advance(5_000);
    await finished;
    expect(speaker.timeline.at(-1)).toMatchObject({ kind, text: 'Done.' });
    expect(speaker.messages).toHaveLength(1);
  });

  it('sends plain text when the markup is refused', async () => {
    const { clock, speaker, delivery } = open();
    speaker.refuseMarkup();
    const finished = delivery.finish(answer('Done.'));
    await clock.advance(100);
    await finished;
    expect(speaker.messages).toMatchObject([{ text: 'Done.', plain: true }]);
  });

  it('posts a fresh message when the old one cannot be edited any more', async () => {
    const { clock, speaker, delivery, saved } = open();
    delivery.status('retrieving');
    await clock.advance(10);
    speaker.closeEditing();
    await delivery.finish(answer('Done.'));
    expect(speaker.messages.map((one) => one.text)).toEqual([
      '_Searching the documents…_',
      'Done.',
    ]);
    expect(saved()).toEqual([{ index: 0, platformId: 'm2' }]);
  });

  it('tells once when a person deletes the reply, and writes nothing more', async () => {
    const { clock, speaker, delivery, fatal } = open();
    delivery.status('retrieving');
    await clock.advance(10);
    speaker.deleteByPerson('m1');
    delivery.delta('a');
    await clock.advance(10_000);
    expect(fatal.map((error) => error.code)).toEqual(['reply_deleted']);
    await expect(delivery.finish(answer('a'))).rejects.toMatchObject({ code: 'reply_deleted' });
    expect(speaker.messages).toEqual([]);
  });

  it('gives a final up after five minutes of failure, and tells of it in one line', async () => {
    const { clock, log, speaker, delivery } = open();
    speaker.failNext(
      ...Array.from({ length: 100 }, () => ({ code: 'platform_unavailable' }) as const),
    );
    const finished = expect(delivery.finish(answer('a'))).rejects.toMatchObject({
      code: 'platform_unavailable',
    });
    await clock.advance(400_000);
    await finished;
    expect(log.lines.map((line) => line.event)).toEqual(['reply is tried again']);
  });

  it('ends the waiting of a final when the worker shuts down', async () => {
    const { clock, speaker, delivery, shutdown } = open();
    speaker.failNext({ code: 'platform_rate_limited', retryAfterMs: 60_000 });
    const finished = expect(delivery.finish(answer('a'))).rejects.toThrow();
    await clock.advance(1_000);
    shutdown.abort();
    await finished;
    expect(speaker.messages).toEqual([]);
  });

  it('removes parts that are left over from a longer attempt', async () => {
    const first = open();
    const long = Array.from({ length: 300 }, (_, n) => `Paragraph ${n} of it.`).join('\n\n');
    await first.delivery.finish(answer(long));
    expect(first.speaker.messages.length).toBeGreaterThan(1);
    await first.delivery.finish(answer('Short.'));
    expect(first.speaker.messages.map((one) => one.text)).toEqual(['Short.']);
    expect(first.saved()).toHaveLength(1);
  });
});
