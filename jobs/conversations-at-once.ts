/** How much one worker takes on. */

/**
 * Conversations that one worker works on at the same time, whether it was woken for them or its sweep found them. An answer is mostly waiting for the
 * model: two hundred of them at 40 tokens a second keep one core about half busy.
 */
export const conversationsAtOnce = 250;
