import { describe, expect, it } from 'vitest';
import { asId } from '../../../src/domain/ids.ts';
import { buildTurn } from '../../fakes/build.ts';
import { answer, openDelivery as open } from './open-delivery.ts';

describe('delivery', () => {
  it('shows the status at once, the first words after a moment, then grows at intervals, then the final', async () => {
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
      ['edit', 220, 'One two'],
      ['edit', 740.8333333333334, 'One two three four'],
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

  it('shows the first words after a moment when what came before them showed nothing', async () => {
    const { clock, speaker, delivery } = open();
    delivery.status('retrieving');
    await clock.advance(100);
    delivery.delta('[ID:');
    await clock.advance(50);
    delivery.delta('0] One day.');
    await clock.advance(150);
    expect(speaker.timeline.map(({ kind, atMs }) => [kind, atMs])).toEqual([
      ['post', 0],
      ['edit', 270],
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
      buildTurn({ attempt: 2, parts: [{ index: 0, platformId: 'm1' }] }),
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
    await clock.advance(130);
    for (const word of ['b ', 'c ']) {
      delivery.delta(word);
      await clock.advance(1_000);
    }
    await clock.advance(1_000);
    expect(speaker.timeline.map(({ atMs, text }) => [atMs, text])).toEqual([
      [0, '_Searching the documents…_'],
      [3_130, 'a b c'],
    ]);
    await delivery.halt();
  });

  it('stops the drafts of all that share a limit when the platform refuses one', async () => {
    const { clock, speaker, delivery, openFor } = open();
    const other = openFor(buildTurn({ id: asId('other') }));
    for (const each of [delivery, other]) each.delta('a ');
    await clock.advance(200);
    speaker.failNext({ code: 'platform_rate_limited', retryAfterMs: 20_000 });
    delivery.delta('b ');
    await clock.advance(2_000);
    other.delta('b ');
    await clock.advance(17_000);
    expect(speaker.messages.map(({ text }) => text)).toEqual(['a', 'a']);
    await clock.advance(3_000);
    expect(speaker.messages.map(({ text }) => text)).toEqual(['a b', 'a b']);
  });

  it('lets a final wait until the platform takes edits again, however long', async () => {
    const { clock, editBudget, speaker, delivery } = open();
    delivery.delta('a ');
    await clock.advance(200);
    await editBudget.block(speaker.editBucket(buildTurn()), 400_000);
    const finished = delivery.finish(answer('a b'));
    await clock.advance(399_000);
    expect(speaker.messages[0]?.text).toBe('a');
    await clock.advance(1_000);
    await finished;
    expect(speaker.messages[0]?.text).toBe('a b');
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

  it('posts a fresh message when the old one cannot be edited any more, and takes that one away', async () => {
    const { clock, speaker, delivery, saved } = open();
    delivery.status('retrieving');
    await clock.advance(10);
    speaker.closeEditing();
    await delivery.finish(answer('Done.'));
    expect(speaker.timeline.map(({ kind }) => kind)).toEqual(['post', 'post', 'delete']);
    expect(speaker.messages.map((one) => one.text)).toEqual(['Done.']);
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
