/** Names a message before it exists, so that a post which is tried again gives the message that stands. */
import { createHash } from 'node:crypto';

const maxLengthChars = 24;

/**
 * At most 25 characters are Discord's limit. Within some minutes it answers a post of the same author and nonce with the message of the first one, and with
 * Unknown Message when that was deleted.
 *
 * @param marks What makes the message another one, in order.
 * @see https://docs.discord.com/developers/resources/message#create-message
 */
export const nonceOf = (marks: readonly (string | number)[]): string => {
  const digest = createHash('sha256').update(marks.join('\n')).digest('hex');
  return BigInt(`0x${digest}`).toString(36).slice(0, maxLengthChars);
};
