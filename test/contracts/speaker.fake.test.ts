/** The Speaker's contract on the platform in memory. */
import { describe } from 'vitest';
import { type ErrorCode, noticeFor } from '../../src/domain/errors.ts';
import { asId } from '../../src/domain/ids.ts';
import { buildTurn } from '../fakes/build.ts';
import { createFakeSpeaker } from '../fakes/fake-speaker.ts';
import { describeSpeaker } from './speaker.contract.ts';

describe('the fake speaker', () => {
  describeSpeaker(async () => {
    const speaker = createFakeSpeaker();
    let asked = 0;
    return {
      speaker,
      ask: async () => {
        asked += 1;
        return buildTurn({ id: asId(`turn-${asked}`) });
      },
      askByCommand: async () => {
        asked += 1;
        return buildTurn({ id: asId(`turn-${asked}`), replyTo: { command: `c${asked}` } });
      },
      seen: () => speaker.messages.map(({ platformId, text }) => ({ platformId, text })),
      seenFiles: () =>
        speaker.files.map(({ platformId, name, text }) => ({ platformId, name, text })),
      seenThreads: () => speaker.threads.size,
      actionsOn: (id) => speaker.messages.find((each) => each.platformId === id)?.actions ?? [],
      rang: (id) => speaker.messages.some((each) => each.platformId === id && each.ping),
      dispose: async () => {},
      faults: {
        loseNextPost: () => speaker.failNext({ code: 'platform_unavailable', landed: true }),
        failNextPost: () => speaker.failNext({ code: 'platform_unavailable' }),
        loseNextFile: () => speaker.failNext({ code: 'platform_unavailable', landed: true }),
        limitNextPost: (retryAfterMs) =>
          speaker.failNext({ code: 'platform_rate_limited', retryAfterMs }),
        deleteByPerson: async (platformId) => speaker.deleteByPerson(platformId),
        closeEditing: speaker.closeEditing,
        refuseMarkup: speaker.refuseMarkup,
        removeBot: speaker.removeBot,
        privateNotices: () =>
          speaker.timeline
            .filter(({ kind }) => kind === 'notice')
            .map(({ text }) => noticeFor(text as ErrorCode)),
      },
    };
  });
});
