/** Measures how long people wait for the first words of an answer, wherever a speaker shows them. */
import type { Turn } from '../domain/turn.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Speaker } from '../ports/speaker.ts';

/**
 * The same speaker. The first words are a final, or a draft of which something will stand in every later one: a status line and a place in the queue
 * are no answer. Measured by the platform's own time of the question, so a clock that is off shifts it.
 */
export const measuredSpeaker = (
  speaker: Speaker,
  deps: { readonly metrics: Metrics; readonly now: () => number },
): Speaker => ({
  ...speaker,
  openReply(turn, options) {
    const reply = speaker.openReply(turn, options);
    let measured = false;
    return {
      ...reply,
      async putPart(index, markdown, put) {
        const platformId = await reply.putPart(index, markdown, put);
        if (!measured && (put.final || (put.committedChars ?? 0) > 0)) {
          measured = true;
          observe(turn, deps);
        }
        return platformId;
      },
    };
  },
});

const observe = (
  { platform, askedAt }: Turn,
  deps: { readonly metrics: Metrics; readonly now: () => number },
): void => {
  const seconds = Math.max(0, deps.now() - askedAt.getTime()) / 1_000;
  deps.metrics.observe('footnote_first_text_seconds', seconds, { labels: { platform } });
};
