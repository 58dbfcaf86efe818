/** The Speaker's contract on what comes with the messages: threads, files, actions, a ping. */
import { expect } from 'vitest';
import type { ReplyAction } from '../../src/ports/speaker.ts';
import {
  fault,
  look,
  openFirst,
  put,
  reopen,
  type SpeakerCases,
  type SpeakerHarness,
  signal,
  texts,
} from './speaker-harness.ts';

const file = { name: 'answer.md', text: '# The rest\n\n漢字 & <tags>' } as const;
const everyAction: readonly ReplyAction[] = ['feedback', 'again', 'passages'];

export const extraCases = {
  'makes no thread for a question that has its place': async (harness: SpeakerHarness) => {
    const reply = await openFirst(harness);
    expect(await reply.openThread({ signal })).toBeUndefined();
    expect(harness.seen()).toEqual([]);
  },

  'makes one thread for a command, and answers there': async (harness: SpeakerHarness) => {
    const turn = await look(harness, 'askByCommand')();
    const reply = harness.speaker.openReply(turn, { parts: [], firstAttempt: true });
    const opened = await reply.openThread({ signal });
    expect(opened?.conversationKey).not.toBe('');
    expect(await reply.openThread({ signal })).toEqual(opened);
    expect(look(harness, 'seenThreads')()).toBe(1);
    const answered = { ...turn, replyTo: opened?.replyTo ?? {} };
    const inside = harness.speaker.openReply(answered, { parts: [], firstAttempt: true });
    expect(await inside.openThread({ signal })).toBeUndefined();
    await inside.putPart(0, 'One', put);
    expect(texts(harness)).toEqual(['One']);
    await inside.removeStrays({ signal });
    expect(texts(harness)).toEqual(['One']);
    expect(look(harness, 'seenThreads')()).toBe(1);
  },

  'finds its thread when the confirmation was lost': async (harness: SpeakerHarness) => {
    const turn = await look(harness, 'askByCommand')();
    const reply = harness.speaker.openReply(turn, { parts: [], firstAttempt: true });
    fault(harness, 'loseNextPost')();
    await expect(reply.openThread({ signal })).rejects.toMatchObject({
      code: 'platform_unavailable',
    });
    expect(await reply.openThread({ signal })).toBeDefined();
    expect(look(harness, 'seenThreads')()).toBe(1);
  },

  'finds the thread of an attempt that never stored it': async (harness: SpeakerHarness) => {
    const turn = await look(harness, 'askByCommand')();
    const first = harness.speaker.openReply(turn, { parts: [], firstAttempt: true });
    const opened = await first.openThread({ signal });
    expect(await reopen(harness, turn).openThread({ signal })).toEqual(opened);
    expect(look(harness, 'seenThreads')()).toBe(1);
  },

  'attaches a file once': async (harness: SpeakerHarness) => {
    const turn = await harness.ask();
    const reply = harness.speaker.openReply(turn, { parts: [], firstAttempt: true });
    await reply.putPart(0, 'One', put);
    const platformId = await reply.putFile(1, file, { signal });
    expect(look(harness, 'seenFiles')()).toEqual([{ ...file, platformId }]);
    expect(await reply.putFile(1, file, { signal })).toBe(platformId);
    const later = reopen(harness, turn, [{ index: 1, platformId, kind: 'file' }]);
    expect(await later.putFile(1, file, { signal })).toBe(platformId);
    expect(look(harness, 'seenFiles')()).toEqual([{ ...file, platformId }]);
    expect(texts(harness)).toEqual(['One']);
  },

  'finds its file when the confirmation was lost': async (harness: SpeakerHarness) => {
    const reply = await openFirst(harness);
    await reply.putPart(0, 'One', put);
    fault(harness, 'loseNextFile')();
    await expect(reply.putFile(1, file, { signal })).rejects.toMatchObject({
      code: 'platform_unavailable',
    });
    const platformId = await reply.putFile(1, file, { signal });
    expect(look(harness, 'seenFiles')()).toEqual([{ ...file, platformId }]);
  },

  'takes a file away, in a later attempt too, and attaches another': async (
    harness: SpeakerHarness,
  ) => {
    const turn = await harness.ask();
    const first = harness.speaker.openReply(turn, { parts: [], firstAttempt: true });
    await first.putPart(0, 'One', put);
    const platformId = await first.putFile(1, file, { signal });
    const second = reopen(harness, turn, [{ index: 1, platformId, kind: 'file' }]);
    await second.removePart(1, { signal });
    await second.removePart(1, { signal });
    expect(look(harness, 'seenFiles')()).toEqual([]);
    await second.putFile(1, { ...file, text: 'Another rest' }, { signal });
    expect(look(harness, 'seenFiles')()).toMatchObject([{ text: 'Another rest' }]);
    expect(texts(harness)).toEqual(['One']);
  },

  'attaches nothing where it may not write any more': async (harness: SpeakerHarness) => {
    const reply = await openFirst(harness);
    await reply.putPart(0, 'One', put);
    fault(harness, 'removeBot')();
    await expect(reply.putFile(1, file, { signal })).rejects.toMatchObject({
      code: 'platform_forbidden',
    });
    expect(look(harness, 'seenFiles')()).toEqual([]);
  },

  'offers actions on a message, others, and none': async (harness: SpeakerHarness) => {
    const reply = await openFirst(harness);
    const actionsOn = look(harness, 'actionsOn');
    const id = await reply.putPart(0, 'One', { final: false, signal, actions: ['stop'] });
    expect(actionsOn(id)).toEqual(['stop']);
    await reply.putPart(0, 'One two', { ...put, actions: everyAction });
    expect(actionsOn(id)).toEqual(everyAction);
    await reply.putPart(0, 'One two', { ...put, actions: ['again-edited'] });
    expect(actionsOn(id)).toEqual(['again-edited']);
    await reply.putPart(0, 'One two', put);
    expect(actionsOn(id)).toEqual([]);
    expect(texts(harness)).toEqual(['One two']);
  },

  'offers actions on plain text': async (harness: SpeakerHarness) => {
    const reply = await openFirst(harness);
    const id = await reply.putPart(0, 'One', { ...put, plain: true, actions: ['again'] });
    expect(look(harness, 'actionsOn')(id)).toEqual(['again']);
  },

  'takes actions on the longest part, plain too': async (harness: SpeakerHarness) => {
    const { speaker } = harness;
    const reply = await openFirst(harness);
    const sample = 'a & b < c > d ';
    const longest = sample.repeat(Math.floor(speaker.maxPart / speaker.measure(sample)));
    const id = await reply.putPart(0, longest, { ...put, actions: everyAction });
    expect(look(harness, 'actionsOn')(id)).toEqual(everyAction);
    await reply.putPart(0, longest, { ...put, plain: true, actions: everyAction });
    expect(look(harness, 'actionsOn')(id)).toEqual(everyAction);
  },

  'rings for the asker only when told to': async (harness: SpeakerHarness) => {
    const reply = await openFirst(harness);
    const silent = await reply.putPart(0, 'One', put);
    const loud = await reply.putPart(1, 'Your answer is ready.', { ...put, ping: true });
    expect(look(harness, 'rang')(silent)).toBe(false);
    expect(look(harness, 'rang')(loud)).toBe(true);
    expect(texts(harness).at(-1)).toContain('Your answer is ready.');
    await reply.removePart(1, { signal });
    expect(texts(harness)).toEqual(['One']);
  },

  'takes a draft whose beginning stays': async (harness: SpeakerHarness) => {
    const reply = await openFirst(harness);
    const draft = { final: false, signal } as const;
    const id = await reply.putPart(0, 'One two', { ...draft, committedChars: 4 });
    await reply.putPart(0, 'One twenty', { ...draft, committedChars: 4 });
    await reply.putPart(0, 'One twenty three', { ...draft, committedChars: 16 });
    expect(await reply.putPart(0, 'One thousand', put)).toBe(id);
    expect(texts(harness)).toEqual(['One thousand']);
  },

  'begins no thread and no file once the signal is aborted': async (harness: SpeakerHarness) => {
    const reply = await openFirst(harness);
    const options = { signal: AbortSignal.abort(new Error('lease lost')) };
    await expect(reply.openThread(options)).rejects.toThrow('lease lost');
    await expect(reply.putFile(0, file, options)).rejects.toThrow('lease lost');
    expect(harness.seen()).toEqual([]);
  },
} satisfies SpeakerCases;
