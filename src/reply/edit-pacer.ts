/** How long to wait between two edits of a growing reply. */

/** A fifth of the platform's edits is kept for finals. */
const draftShare = 0.8;
const shortestMs = 500;
const longestMs = 5_000;

/**
 * Grows with the length of the draft (a long text moves less per edit and costs more) and with the number of live replies that share the platform's limit.
 *
 * @returns Milliseconds, at least 500.
 * @see https://docs.slack.dev/apis/web-api/rate-limits
 */
export const editIntervalMs = (load: {
  readonly lengthChars: number;
  readonly liveReplies: number;
  readonly editsPerMinute: number;
}): number => {
  const byLength = Math.min(longestMs, shortestMs + load.lengthChars * 0.4);
  const byLoad =
    load.liveReplies < 2 ? 0 : (load.liveReplies * 60_000) / (load.editsPerMinute * draftShare);
  return Math.max(byLength, byLoad);
};
