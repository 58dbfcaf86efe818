/** How long a growing reply waits between two edits, and with its first words. */
import type { EditBucket, EditLoad } from '../ports/edit-budget.ts';

export type BucketLoad = EditLoad & Pick<EditBucket, 'windowMs'>;

const shortestMs = 500;
const longestByLengthMs = 5_000;
const msPerChar = 0.15;
/** However many replies grow, each moves so often while there is budget: somewhat within the 15 s that people bear to see nothing move. */
export const longestStepMs = 14_000;
/** What remains is spent over so much of the window: much less, and a long answer would stand still until its first edits count no more. */
const horizonShare = 25 / 60;
/** Below this nobody notices that others are answered too. */
const calmMs = 2_000;
/** Some words instead of the first half of one. */
const shortestHoldMs = 120;
const longestHoldMs = 2_500;

/**
 * Grows with the length of the message (a long text moves less per edit and costs more) and with the load: what the budget has left is spent evenly over
 * the next five twelfths of the window among the live replies. One answer alone settles at 1.7 s between edits under Slack's 50 a minute, five at 9 s.
 *
 * @returns 500 to 14,000 milliseconds.
 */
export const editIntervalMs = (lengthChars: number, load: BucketLoad): number => {
  const byLength = Math.min(longestByLengthMs, shortestMs + lengthChars * msPerChar);
  return Math.min(longestStepMs, Math.max(byLength, intervalByLoadMs(load)));
};

/** Whether so many replies grow that edits are better kept for text. */
export const isBusy = (load: BucketLoad): boolean => intervalByLoadMs(load) >= calmMs;

/**
 * How long the first words are held: for a moment in a quiet workspace, up to 2.5 s in a busy one. The message is posted once, so that what it holds by then costs no
 * edit, and answers of half a minute get along with one draft: at 2.5 s, 16.5 s, and the final by 31.5 s.
 */
export const firstTextHoldMs = (load: BucketLoad): number =>
  isBusy(load) ? Math.min(longestHoldMs, intervalByLoadMs(load) / 6) : shortestHoldMs;

const intervalByLoadMs = ({ remaining, liveReplies, windowMs }: BucketLoad): number =>
  remaining < 1
    ? Math.min(longestStepMs, windowMs)
    : (windowMs * horizonShare * liveReplies) / remaining;
