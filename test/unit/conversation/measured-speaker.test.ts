/** First words are measured where a speaker shows them. */
import { expect, test } from 'vitest';
import { measuredSpeaker } from '../../../src/conversation/measured-speaker.ts';
import { buildTurn } from '../../fakes/build.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createFakeSpeaker } from '../../fakes/fake-speaker.ts';
import { createRecordingMetrics } from '../../fakes/recording-metrics.ts';

const { signal } = new AbortController();

const open = () => {
  const clock = createFakeClock();
  const metrics = createRecordingMetrics();
  const fake = createFakeSpeaker({ now: clock.monotonic });
  const speaker = measuredSpeaker(fake, { metrics, now: clock.now });
  const turn = buildTurn({ askedAt: new Date(clock.now()) });
  const reply = speaker.openReply(turn, { parts: [], firstAttempt: true });
  return { clock, fake, reply, seconds: () => metrics.seconds('footnote_first_text_seconds') };
};

test('the first draft of which something stays is measured, once', async () => {
  const { clock, fake, reply, seconds } = open();
  await clock.advance(1_000);
  await reply.putPart(0, '_Searching…_', { final: false, signal });
  await reply.putPart(0, 'The', { final: false, committedChars: 0, signal });
  expect(seconds()).toEqual([]);
  await clock.advance(500);
  await reply.putPart(0, 'The office', { final: false, committedChars: 4, signal });
  await clock.advance(500);
  await reply.putPart(0, 'The office opens at nine.', { final: true, signal });
  expect(seconds()).toEqual([1.5]);
  expect(fake.messages.map(({ text }) => text)).toEqual(['The office opens at nine.']);
});

test('a final without drafts is the first text', async () => {
  const { clock, reply, seconds } = open();
  await clock.advance(2_000);
  await reply.putPart(0, 'No.', { final: true, signal });
  expect(seconds()).toEqual([2]);
});

test('a text that did not arrive is none', async () => {
  const { fake, reply, seconds } = open();
  fake.failNext({ code: 'platform_rate_limited' });
  await expect(reply.putPart(0, 'No.', { final: true, signal })).rejects.toThrow();
  expect(seconds()).toEqual([]);
});
