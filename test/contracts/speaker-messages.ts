/** The Speaker's contract on messages: posted once, edited in place, found again, removed, and each refusal by its code. */
import { expect } from 'vitest';
import { noticeFor } from '../../src/domain/errors.ts';
import {
  fault,
  openFirst,
  put,
  reopen,
  type SpeakerCases,
  type SpeakerHarness,
  signal,
  texts,
} from './speaker-harness.ts';

export const messageCases = {
  'posts a part and edits it in place': async (harness: SpeakerHarness) => {
    const reply = await openFirst(harness);
    const id = await reply.putPart(0, 'One', put);
    expect(harness.seen()).toEqual([{ platformId: id, text: 'One' }]);
    expect(await reply.putPart(0, 'One two', put)).toBe(id);
    expect(harness.seen()).toEqual([{ platformId: id, text: 'One two' }]);
  },

  'shows the parts in the order of their posts': async (harness: SpeakerHarness) => {
    const reply = await openFirst(harness);
    await reply.putPart(0, 'First', put);
    await reply.putPart(1, 'Second', put);
    await reply.putPart(0, 'First, edited', put);
    expect(texts(harness)).toEqual(['First, edited', 'Second']);
  },

  'edits what stands when the reply is opened again': async (harness: SpeakerHarness) => {
    const turn = await harness.ask();
    const first = harness.speaker.openReply(turn, { parts: [], firstAttempt: true });
    const platformId = await first.putPart(0, 'One', put);
    const second = reopen(harness, turn, [{ index: 0, platformId }]);
    expect(await second.putPart(0, 'One two', put)).toBe(platformId);
    expect(texts(harness)).toEqual(['One two']);
  },

  'finds its message when the confirmation was lost': async (harness: SpeakerHarness) => {
    const reply = await openFirst(harness);
    fault(harness, 'loseNextPost')();
    await expect(reply.putPart(0, 'One', put)).rejects.toMatchObject({
      code: 'platform_unavailable',
    });
    const id = await reply.putPart(0, 'One two', put);
    expect(harness.seen()).toEqual([{ platformId: id, text: 'One two' }]);
  },

  'posts after a failure that left nothing': async (harness: SpeakerHarness) => {
    const reply = await openFirst(harness);
    fault(harness, 'failNextPost')();
    await expect(reply.putPart(0, 'One', put)).rejects.toMatchObject({
      code: 'platform_unavailable',
    });
    await reply.putPart(0, 'One', put);
    expect(texts(harness)).toEqual(['One']);
  },

  'finds the messages of an attempt whose ids were never stored': async (
    harness: SpeakerHarness,
  ) => {
    const turn = await harness.ask();
    const first = harness.speaker.openReply(turn, { parts: [], firstAttempt: true });
    const ids = [await first.putPart(0, 'One', put), await first.putPart(1, 'Two', put)];
    const second = reopen(harness, turn);
    expect(await second.putPart(0, 'One again', put)).toBe(ids[0]);
    expect(await second.putPart(1, 'Two again', put)).toBe(ids[1]);
    await second.putPart(2, 'Three', put);
    expect(texts(harness)).toEqual(['One again', 'Two again', 'Three']);
  },

  'posts a fresh message in place of one that cannot be edited': async (
    harness: SpeakerHarness,
  ) => {
    const reply = await openFirst(harness);
    const old = await reply.putPart(0, 'One', put);
    fault(harness, 'closeEditing')();
    await expect(reply.putPart(0, 'One two', put)).rejects.toMatchObject({
      code: 'reply_uneditable',
    });
    const fresh = await reply.putPart(0, 'One two', { ...put, fresh: true });
    expect(fresh).not.toBe(old);
    expect(await reply.putPart(0, 'One two three', put)).toBe(fresh);
    expect(texts(harness)).toEqual(['One', 'One two three']);
    await reply.removeStrays({ signal });
    expect(texts(harness)).toEqual(['One two three']);
  },

  'posts a fresh message in a later attempt too': async (harness: SpeakerHarness) => {
    const turn = await harness.ask();
    const first = harness.speaker.openReply(turn, { parts: [], firstAttempt: true });
    const platformId = await first.putPart(0, 'One', put);
    fault(harness, 'closeEditing')();
    const second = reopen(harness, turn, [{ index: 0, platformId }]);
    await second.putPart(0, 'One two', { ...put, fresh: true });
    expect(texts(harness)).toEqual(['One', 'One two']);
  },

  'finds a fresh message whose confirmation was lost': async (harness: SpeakerHarness) => {
    const reply = await openFirst(harness);
    await reply.putPart(0, 'One', put);
    fault(harness, 'closeEditing')();
    fault(harness, 'loseNextPost')();
    const fresh = { ...put, fresh: true };
    await expect(reply.putPart(0, 'One two', fresh)).rejects.toMatchObject({
      code: 'platform_unavailable',
    });
    await reply.putPart(0, 'One two', fresh);
    expect(texts(harness)).toEqual(['One', 'One two']);
  },

  'sends plain text where markup is refused': async (harness: SpeakerHarness) => {
    const reply = await openFirst(harness);
    fault(harness, 'refuseMarkup')();
    await expect(reply.putPart(0, 'One', put)).rejects.toMatchObject({ code: 'platform_rejected' });
    await reply.putPart(0, 'One', { ...put, plain: true });
    expect(texts(harness)).toEqual(['One']);
  },

  'takes a part away, and once more without harm': async (harness: SpeakerHarness) => {
    const reply = await openFirst(harness);
    await reply.putPart(0, 'One', put);
    await reply.putPart(1, 'Two', put);
    await reply.removePart(1, { signal });
    await reply.removePart(1, { signal });
    expect(texts(harness)).toEqual(['One']);
  },

  'counts a part that a person took away as removed': async (harness: SpeakerHarness) => {
    const reply = await openFirst(harness);
    await fault(harness, 'deleteByPerson')(await reply.putPart(0, 'One', put));
    await reply.removePart(0, { signal });
    expect(harness.seen()).toEqual([]);
  },

  'says that a person took the message away, and posts nothing': async (
    harness: SpeakerHarness,
  ) => {
    const reply = await openFirst(harness);
    await fault(harness, 'deleteByPerson')(await reply.putPart(0, 'One', put));
    await expect(reply.putPart(0, 'One two', put)).rejects.toMatchObject({ code: 'reply_deleted' });
    expect(harness.seen()).toEqual([]);
  },

  'removes messages of the turn that are none of its parts, and no others': async (
    harness: SpeakerHarness,
  ) => {
    const other = await openFirst(harness);
    await other.putPart(0, 'Another answer', put);
    const turn = await harness.ask();
    const first = harness.speaker.openReply(turn, { parts: [], firstAttempt: true });
    fault(harness, 'loseNextPost')();
    await expect(first.putPart(0, 'Lost', put)).rejects.toThrow();
    const second = harness.speaker.openReply(turn, { parts: [], firstAttempt: true });
    await second.putPart(0, 'Known', put);
    await second.removeStrays({ signal });
    expect(texts(harness)).toEqual(['Another answer', 'Known']);
  },

  'says how long a rate limit lasts': async (harness: SpeakerHarness) => {
    const reply = await openFirst(harness);
    fault(harness, 'limitNextPost')(3_000);
    await expect(reply.putPart(0, 'One', put)).rejects.toMatchObject({
      code: 'platform_rate_limited',
      retryAfterMs: 3_000,
    });
    expect(harness.seen()).toEqual([]);
  },

  'says that it may not write here any more': async (harness: SpeakerHarness) => {
    const reply = await openFirst(harness);
    await reply.putPart(0, 'One', put);
    fault(harness, 'removeBot')();
    await expect(reply.putPart(0, 'One two', put)).rejects.toMatchObject({
      code: 'platform_forbidden',
    });
    await expect(reply.putPart(1, 'Two', put)).rejects.toMatchObject({
      code: 'platform_forbidden',
    });
  },

  'tells the asker in private when the place refuses us': async (harness: SpeakerHarness) => {
    const reply = await openFirst(harness);
    fault(harness, 'removeBot')();
    await reply.noticePrivately('platform_forbidden', { signal });
    expect(fault(harness, 'privateNotices')()).toEqual([noticeFor('platform_forbidden')]);
    expect(harness.seen()).toEqual([]);
  },

  'takes the longest part that its measure allows, plain too': async (harness: SpeakerHarness) => {
    const { speaker } = harness;
    const reply = await openFirst(harness);
    const samples = ['plain words\n', 'a & b < c > d ', '| é | 漢字 | 👍🏽 |\n', '`x<y>` '];
    for (const [index, sample] of samples.entries()) {
      const times = Math.floor(speaker.maxPart / speaker.measure(sample));
      const longest = sample.repeat(times);
      expect(speaker.measure(longest)).toBeLessThanOrEqual(speaker.maxPart);
      await reply.putPart(index, longest, put);
      await reply.putPart(index, longest, { ...put, plain: true });
    }
    expect(harness.seen()).toHaveLength(samples.length);
  },

  'measures in step with the text': async ({ speaker }: SpeakerHarness) => {
    const text = 'One & two < three > [four](https://example.com/?a=1&b=2) 漢字 👍🏽\n';
    expect(speaker.measure('')).toBe(0);
    expect(speaker.measure(text.repeat(50))).toBe(50 * speaker.measure(text));
  },

  'begins nothing once the signal is aborted': async (harness: SpeakerHarness) => {
    const reply = await openFirst(harness);
    const stopped = AbortSignal.abort(new Error('lease lost'));
    const options = { signal: stopped };
    await expect(reply.putPart(0, 'One', { final: true, ...options })).rejects.toThrow(
      'lease lost',
    );
    await expect(reply.removePart(0, options)).rejects.toThrow('lease lost');
    await expect(reply.removeStrays(options)).rejects.toThrow('lease lost');
    await expect(reply.noticePrivately('internal', options)).rejects.toThrow('lease lost');
    expect(harness.seen()).toEqual([]);
  },
} satisfies SpeakerCases;
