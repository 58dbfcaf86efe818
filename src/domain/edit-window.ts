/** The numbers by which edits are counted, the same wherever the budget is kept. */

/** A reply that has not asked for so long grows no more, or whoever worked on it is gone. */
export const liveReplyMs = 60_000;

/** A call is on its way for less than this longer than another one, nearly always. */
const longestJitterMs = 2_000;

/**
 * How long a granted edit counts. Longer than the platform's own window, because the platform counts when the call arrives: an edit that took long on
 * its way and one that was fast, a window later, arrive closer together than they were granted. Slack's edits differ by well under two seconds, which
 * cost 3 % of a minute; a window of some seconds gives a tenth.
 */
export const countedMs = (windowMs: number): number =>
  windowMs + Math.min(longestJitterMs, windowMs / 10);
